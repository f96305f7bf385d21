namespace CloudIa.Tests.Transport.Suites;

public sealed class FailureOnFake() : FailureSuite(new FakeBackend());

public sealed class LockOnFake() : LockSuite(new FakeBackend());

public sealed class OutageOnFake() : OutageSuite(new FakeBackend());

public sealed class RequestCountOnFake() : RequestCountSuite(new FakeBackend());

public sealed class SendAndReceiveOnFake() : SendAndReceiveSuite(new FakeBackend());

public sealed class TopologyOnFake() : TopologySuite(new FakeBackend());

public sealed class FifoOnFake() : FifoSuite(new FakeBackend());

public sealed class FairOnFake() : FairSuite(new FakeBackend());

public sealed class DelayOnFake() : DelaySuite(new FakeBackend());

public sealed class RequestOnFake() : RequestSuite(new FakeBackend());

public sealed class ErrorOnFake() : ErrorSuite(new FakeBackend());

public sealed class FormOnFake() : FormSuite(new FakeBackend());

public sealed class TelemetryOnFake() : TelemetrySuite(new FakeBackend());

public sealed class LifecycleOnFake() : LifecycleSuite(new FakeBackend());
