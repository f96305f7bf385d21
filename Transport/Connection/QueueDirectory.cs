using Amazon.SQS;
using Amazon.SQS.Model;
using CloudIa.Transport.Topology;

namespace CloudIa.Transport.Connection;

/// <summary>Finds each queue once, and creates it where it is missing.</summary>
internal sealed class QueueDirectory(IAmazonSQS sqs, TimeProvider time) : EntityDirectory<QueueSettings, QueueHandle>(x => x.Name)
{
    public async Task DrainAsync()
    {
        foreach (var handle in Found)
        {
            await handle.Sends.DrainAsync().ConfigureAwait(false);
            await handle.Deletes.DrainAsync().ConfigureAwait(false);
        }
    }

    protected override async Task<QueueHandle> FindAsync(QueueSettings settings, bool create)
    {
        string url;
        try
        {
            url = await UrlAsync(settings.Name).ConfigureAwait(false);
        }
        catch (QueueDoesNotExistException) when (create)
        {
            url = await CreateAsync(settings).ConfigureAwait(false);
        }

        return new QueueHandle(settings.Name, url, sqs, time);
    }

    private async Task<string> UrlAsync(string name)
    {
        var response = await BrokerErrors.ExplainAsync("GetQueueUrl", name, () => sqs.GetQueueUrlAsync(name)).ConfigureAwait(false);
        return response.QueueUrl;
    }

    private async Task<string> CreateAsync(QueueSettings settings)
    {
        var request = new CreateQueueRequest(settings.Name)
        {
            Attributes = settings.AttributeStrings(),
            Tags = new Dictionary<string, string>(settings.QueueTags),
        };
        try
        {
            var asked = request.Attributes.Concat(request.Tags.ToDictionary(x => "tag " + x.Key, x => x.Value));
            var response = await BrokerErrors.ExplainAsync("CreateQueue", settings.Name, () => sqs.CreateQueueAsync(request), asked).ConfigureAwait(false);
            return response.QueueUrl;
        }
        catch (MassTransit.AmazonSqsConnectionException exception) when (exception.InnerException is QueueNameExistsException)
        {
            // Another process was faster and sees some attribute another way; the endpoint's own deployment mends that.
            return await UrlAsync(settings.Name).ConfigureAwait(false);
        }
    }
}
