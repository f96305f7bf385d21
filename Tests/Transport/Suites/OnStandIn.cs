using CloudIa.Tests.Infrastructure;

namespace CloudIa.Tests.Transport.Suites;

public sealed class FailureOnStandIn(StandInsFixture standIns) : FailureSuite(new StandInBackend(standIns));

public sealed class LockOnStandIn(StandInsFixture standIns) : LockSuite(new StandInBackend(standIns));

public sealed class RequestCountOnStandIn(StandInsFixture standIns) : RequestCountSuite(new StandInBackend(standIns));

public sealed class SendAndReceiveOnStandIn(StandInsFixture standIns) : SendAndReceiveSuite(new StandInBackend(standIns));

public sealed class TopologyOnStandIn(StandInsFixture standIns) : TopologySuite(new StandInBackend(standIns));

public sealed class FifoOnStandIn(StandInsFixture standIns) : FifoSuite(new StandInBackend(standIns));

public sealed class DelayOnStandIn(StandInsFixture standIns) : DelaySuite(new StandInBackend(standIns));

public sealed class RequestOnStandIn(StandInsFixture standIns) : RequestSuite(new StandInBackend(standIns));
