using System.Net;
using CloudIa.Tests.Api;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.Limits;

public sealed class EventStreamPlacesTests(StandInsFixture standIns)
{
    [Fact]
    public async Task Streams_of_server_sent_events_are_connections_and_free_their_places_when_they_end()
    {
        await using var api = await LimitedApi.StartAsync(standIns, ("Connections", 2));
        var path = $"/chat/jobs/{await api.AcceptAsync()}/events";
        using var first = await api.GetAsync(path);
        var second = await api.GetAsync(path);
        (first.StatusCode, second.StatusCode).ShouldBe((HttpStatusCode.OK, HttpStatusCode.OK));

        using (var third = await api.GetAsync(path))
        {
            await SubmitTests.ShouldBeProblemAsync(third, HttpStatusCode.TooManyRequests, "too-many-connections");
            third.Headers.GetValues("RateLimit").ShouldBe(["\"connections\";r=0"]);
            third.Headers.RetryAfter.ShouldNotBeNull();
        }

        second.Dispose();

        await Eventually.Is(async () =>
        {
            using var again = await api.GetAsync(path);
            return again.StatusCode == HttpStatusCode.OK;
        });
    }
}
