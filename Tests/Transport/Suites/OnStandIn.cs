using CloudIa.Tests.Infrastructure;

namespace CloudIa.Tests.Transport.Suites;

public sealed class FailureOnStandIn(StandInsFixture standIns) : FailureSuite(new StandInBackend(standIns));

public sealed class LockOnStandIn(StandInsFixture standIns) : LockSuite(new StandInBackend(standIns));

public sealed class RequestCountOnStandIn(StandInsFixture standIns) : RequestCountSuite(new StandInBackend(standIns));

public sealed class SendAndReceiveOnStandIn(StandInsFixture standIns) : SendAndReceiveSuite(new StandInBackend(standIns));

public sealed class TopologyOnStandIn(StandInsFixture standIns) : TopologySuite(new StandInBackend(standIns));

public sealed class FifoOnStandIn(StandInsFixture standIns) : FifoSuite(new StandInBackend(standIns));

public sealed class FairOnStandIn(StandInsFixture standIns) : FairSuite(new StandInBackend(standIns));

public sealed class DelayOnStandIn(StandInsFixture standIns) : DelaySuite(new StandInBackend(standIns));

public sealed class RequestOnStandIn(StandInsFixture standIns) : RequestSuite(new StandInBackend(standIns));

public sealed class ErrorOnStandIn(StandInsFixture standIns) : ErrorSuite(new StandInBackend(standIns));

public sealed class FormOnStandIn(StandInsFixture standIns) : FormSuite(new StandInBackend(standIns));

public sealed class TelemetryOnStandIn(StandInsFixture standIns) : TelemetrySuite(new StandInBackend(standIns));

public sealed class LifecycleOnStandIn(StandInsFixture standIns) : LifecycleSuite(new StandInBackend(standIns));
