using System.Globalization;
using System.Text.Json.Nodes;
using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.ServiceDefaults.Messaging;
using CloudIa.Store;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.DeadLetters;

/// <summary>
/// Gives each queue SQS's own redrive policy, with the queue of its dead letters. As soon as the queues are there: other services make them. Where they
/// have it already, as those that Terraform made, nothing is written.
/// </summary>
internal sealed partial class RedrivePolicies(IOptions<MessagingOptions> options, TimeProvider time, ILogger<RedrivePolicies> logger) : BackgroundService
{
    private const string Policy = "RedrivePolicy";
    private const string Arn = "QueueArn";

    /// <summary>A message that was received this often and never ended has killed its process, or hung.</summary>
    private const int MaxReceiveCount = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var sqs = options.Value.CreateSqsClient();
        var open = DeadLetterEndpoints.Queues.ToList();
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                foreach (var queue in open.ToArray())
                {
                    if (await TrySetAsync(sqs, queue, stoppingToken))
                        open.Remove(queue);
                }
            }
            while (open.Count > 0 && await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host goes down.
        }
    }

    private async Task<bool> TrySetAsync(AmazonSQSClient sqs, string queue, CancellationToken cancellationToken)
    {
        try
        {
            var url = await UrlAsync(sqs, queue, cancellationToken);
            var dead = await UrlAsync(sqs, DeadLetterEndpoints.Name(queue, FailureKinds.Dead), cancellationToken);
            var arn = (await sqs.GetQueueAttributesAsync(dead, [Arn], cancellationToken)).Attributes[Arn];
            var now = await sqs.GetQueueAttributesAsync(url, [Policy], cancellationToken);
            if (IsSet(now.Attributes?.GetValueOrDefault(Policy), arn))
                return true;

            var policy = new JsonObject { ["deadLetterTargetArn"] = arn, ["maxReceiveCount"] = MaxReceiveCount.ToString(CultureInfo.InvariantCulture) };
            await sqs.SetQueueAttributesAsync(url, new Dictionary<string, string> { [Policy] = policy.ToJsonString() }, cancellationToken);
            Log.Set(logger, queue, arn);
            return true;
        }
        catch (QueueDoesNotExistException)
        {
            return false;
        }
        catch (Exception exception) when (exception is AmazonSQSException or Amazon.Runtime.AmazonClientException or HttpRequestException)
        {
            Log.NotSet(logger, queue, exception.Message);
            return false;
        }
    }

    /// <summary>What an operator has chosen stays, as long as dead letters come where they are collected.</summary>
    private static bool IsSet(string? policy, string arn) => policy is { Length: > 0 } && JsonNode.Parse(policy)?["deadLetterTargetArn"]?.GetValue<string>() == arn;

    private static async Task<string> UrlAsync(AmazonSQSClient sqs, string queue, CancellationToken cancellationToken) =>
        (await sqs.GetQueueUrlAsync(queue, cancellationToken)).QueueUrl;

    private static partial class Log
    {
        [LoggerMessage(2211, LogLevel.Information, "Queue {Queue}: what is received too often goes to {Arn} from now on.")]
        public static partial void Set(ILogger logger, string queue, string arn);

        [LoggerMessage(2212, LogLevel.Warning, "Queue {Queue} has no redrive policy yet, and it could not be set: {Reason} It is tried again.")]
        public static partial void NotSet(ILogger logger, string queue, string reason);
    }
}
