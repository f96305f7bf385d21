using System.Globalization;
using Amazon.Runtime;
using Amazon.SQS;
using CloudIa.Contracts;
using CloudIa.Tests.FakeOpenAi;
using CloudIa.Tests.Infrastructure;
using Shouldly;
using Xunit;

namespace CloudIa.Tests.WholeSystem;

/// <content>A slow model, and a user with many jobs before it.</content>
public sealed partial class WholeSystemTests
{
    private const int NoisyJobs = 40;
    private const int ModelCalls = 4;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_user_waits_for_the_model_calls_under_way_and_not_for_all_jobs_of_a_noisy_one(bool isAnother)
    {
        var (first, rest) = (new TaskCompletionSource(), new TaskCompletionSource());
        var before = system.OpenAi.Default;
        using var noisy = system.Client(_user);
        using var quiet = system.Client(isAnother ? _user + "-quiet" : _user);
        var mark = standIns.UniqueName("fair");
        List<string> Calls() => [.. system.OpenAi.Requests.Select(x => x.Messages[^1].Content).Where(x => x.StartsWith(mark, StringComparison.Ordinal))];
        await system.DrainAsync("Processor");
        try
        {
            await using var processor = await system.StartAsync("Processor",
                ("Processor:InvokeConcurrency", $"{ModelCalls}"), ("Processor:InvokePrefetch", $"{NoisyJobs + 10}"));
            system.OpenAi.Script([.. Enumerable.Repeat(new FakeReply { StartWhen = first.Task }, ModelCalls)]);
            system.OpenAi.Default = new FakeReply { StartWhen = rest.Task };
            var jobs = await Task.WhenAll(Enumerable.Range(0, NoisyJobs).Select(n => PostAsync(noisy, $"{mark} {n}")));
            await AreHeldAsync(NoisyJobs);
            var last = await PostAsync(quiet, $"{mark} last");
            await AreHeldAsync(NoisyJobs + 1);
            await Eventually.Is(() => Calls().Count == ModelCalls, "all places are taken");

            // The places that become free are taken once, and kept: so it is counted who got them, however slow this machine is.
            first.SetResult();
            await Eventually.Is(() => Calls().Count == 2 * ModelCalls, "all places are taken again");
            Calls().Contains($"{mark} last").ShouldBe(isAnother, "in one group the first comes first");
            rest.SetResult();
            await UntilAsync(quiet, last, "completed");
            foreach (var job in jobs)
                await UntilAsync(noisy, job, "completed");

            TestContext.Current.SendDiagnosticMessage($"Of another user: {isAnother}; the last job's model call began after {Calls().IndexOf($"{mark} last")} others.");
        }
        finally
        {
            first.TrySetResult();
            rest.TrySetResult();
            system.OpenAi.Default = before;
            await system.RestartAsync("Processor");
        }
    }

    /// <summary>All of them are in the process: one that is still in the queue is not there to be preferred.</summary>
    private async Task AreHeldAsync(int count)
    {
        using var sqs = new AmazonSQSClient(
            new BasicAWSCredentials(StandInsFixture.Key, StandInsFixture.Key), new AmazonSQSConfig { ServiceURL = system.MessagingUrl, AuthenticationRegion = StandInsFixture.Region });
        var queue = (await sqs.GetQueueUrlAsync(ChatJobQueues.InvokeLlm, Token)).QueueUrl;
        await Eventually.Is(
            async () => (await sqs.GetQueueAttributesAsync(queue, ["ApproximateNumberOfMessagesNotVisible"], Token)).Attributes["ApproximateNumberOfMessagesNotVisible"] == count.ToString(CultureInfo.InvariantCulture),
            $"{count} commands for the model are held");
    }
}
