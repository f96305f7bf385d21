using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Amazon.SQS;
using CloudIa.Bench.Jobs;

namespace CloudIa.Bench.Workers.Floor;

/// <summary>What an expert writes by hand: batch in, batch out, nothing else. Every other variant is measured against it.</summary>
internal sealed class FloorWorker(WorkerTools tools) : IJobWorker
{
    private readonly AmazonSQSClient _sqs = tools.Sqs();
    private readonly AmazonSQSClient _polls = tools.Sqs();
    private readonly AmazonSimpleNotificationServiceClient _sns = tools.Sns();
    private readonly FloorSaga _saga = new(tools.Redis.GetDatabase(), tools.Names.KeyPrefix);
    private readonly List<FloorTopic> _topics = [];
    private readonly List<FloorQueue> _steps = [];

    public async Task StartAsync()
    {
        var saga = await QueueAsync(tools.Names.SagaQueue, ApplyAsync);
        var arn = (await _sqs.GetQueueAttributesAsync(saga.Url, ["QueueArn"])).Attributes["QueueArn"];
        for (var step = 1; step <= Names.Steps; step++)
        {
            _topics.Add(await TopicAsync($"{tools.Names.StepQueue(step)}-done", arn));
            _steps.Add(await QueueAsync(tools.Names.StepQueue(step), RunAsync));
        }

        if (!tools.Options.Receives)
            return;

        saga.Start();
        _steps.ForEach(x => x.Start());
    }

    public Task BeginAsync(IReadOnlyList<Guid> jobs) => _steps[0].SendAsync(jobs.Select(x => new FloorMessage(x, 1, Payload.Text)));

    // A step's consumer: says that it is done.
    private async Task RunAsync(IReadOnlyList<FloorMessage> commands)
    {
        await tools.Gate.Opens;
        await _topics[commands[0].Step - 1].PublishAsync(commands);
    }

    // The saga: keeps the state, and commands the next step.
    private async Task ApplyAsync(IReadOnlyList<FloorMessage> events)
    {
        await tools.Gate.Opens;
        await Task.WhenAll(events.Select(_saga.ApplyAsync));
        await Task.WhenAll(events.Where(x => x.Step < Names.Steps)
            .GroupBy(x => x.Step)
            .Select(x => _steps[x.Key].SendAsync(x.Select(done => done with { Step = done.Step + 1 }))));
        foreach (var done in events.Where(x => x.Step == Names.Steps))
            tools.Jobs.End(done.JobId);
    }

    private async Task<FloorQueue> QueueAsync(string name, Func<IReadOnlyList<FloorMessage>, Task> work)
    {
        var url = (await _sqs.CreateQueueAsync(name)).QueueUrl;
        return new FloorQueue(_polls, _sqs, url, tools.Options.Prefetch, work);
    }

    private async Task<FloorTopic> TopicAsync(string name, string queueArn)
    {
        var arn = (await _sns.CreateTopicAsync(new CreateTopicRequest { Name = name })).TopicArn;
        await _sns.SubscribeAsync(new SubscribeRequest
        {
            TopicArn = arn,
            Protocol = "sqs",
            Endpoint = queueArn,
            Attributes = new Dictionary<string, string> { ["RawMessageDelivery"] = "true" },
        });
        return new FloorTopic(_sns, arn);
    }
}
