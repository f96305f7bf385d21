using CloudIa.Tests.Infrastructure;

namespace CloudIa.Tests.Transport.Suites;

public sealed class FailureOnStandIn(StandInsFixture standIns) : FailureSuite(new StandInBackend(standIns));

public sealed class LockOnStandIn(StandInsFixture standIns) : LockSuite(new StandInBackend(standIns));

public sealed class RequestCountOnStandIn(StandInsFixture standIns) : RequestCountSuite(new StandInBackend(standIns));

public sealed class SendAndReceiveOnStandIn(StandInsFixture standIns) : SendAndReceiveSuite(new StandInBackend(standIns));

public sealed class TopologyOnStandIn(StandInsFixture standIns) : TopologySuite(new StandInBackend(standIns));
