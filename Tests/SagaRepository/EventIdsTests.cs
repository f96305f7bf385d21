using CloudIa.SagaRepository.Outbox;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.SagaRepository;

public sealed class EventIdsTests
{
    private static readonly Guid Message = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d10");
    private static readonly Guid Saga = new("0195d3a8-6b7e-7c11-9d5a-2f6a3b8c4d11");

    /// <summary>They must not change: an event that is in flight while a new version is deployed would be taken for another.</summary>
    [Fact]
    public void Ids_are_what_they_have_always_been()
    {
        var eventId = EventIds.OfEvent(Message, typeof(Count));

        eventId.ShouldBe("5rdBaOunw11RKqbL");
        EventIds.OfMessage(typeof(SendingSaga), Saga, eventId, 1).ShouldBe(new Guid("a7da410c-b256-8d73-92f5-b0698c214569"));
    }

    [Fact]
    public void Whatever_differs_makes_another_id()
    {
        var eventId = EventIds.OfEvent(Message, typeof(Count));
        string[] events = [eventId, EventIds.OfEvent(Message, typeof(Tell)), EventIds.OfEvent(Saga, typeof(Count))];
        Guid[] messages =
        [
            EventIds.OfMessage(typeof(SendingSaga), Saga, eventId, 1),
            EventIds.OfMessage(typeof(SendingSaga), Saga, eventId, 2),
            EventIds.OfMessage(typeof(SendingSaga), Message, eventId, 1),
            EventIds.OfMessage(typeof(CounterSaga), Saga, eventId, 1),
            EventIds.OfMessage(typeof(SendingSaga), Saga, events[1], 1),
        ];

        events.Distinct().Count().ShouldBe(events.Length);
        messages.Distinct().Count().ShouldBe(messages.Length);
        messages.ShouldAllBe(x => x.Version == 8);
        events.ShouldAllBe(x => x.Length == 16);
    }
}
