using Amazon.Runtime;
using Amazon.SimpleSystemsManagement;
using Amazon.SimpleSystemsManagement.Model;
using CloudIa.Processor.Llm.Configuration;
using Microsoft.Extensions.Options;

namespace CloudIa.Processor.Llm.Keys;

/// <summary>Over the vendor's SDK, with its own retries. No client is made where no provider's key is there.</summary>
internal sealed class AwsParameterStore(IOptions<LlmOptions> options) : IParameterStore, IDisposable
{
    private readonly Lazy<AmazonSimpleSystemsManagementClient> _client = new(() => Create(options.Value.ParameterStore));

    public async Task<string?> GetAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await _client.Value.GetParameterAsync(new GetParameterRequest { Name = name, WithDecryption = true }, cancellationToken);
        return answer.Parameter?.Value;
    }

    public void Dispose()
    {
        if (_client.IsValueCreated)
        {
            _client.Value.Dispose();
        }
    }

    private static AmazonSimpleSystemsManagementClient Create(ParameterStoreOptions options)
    {
        var config = new AmazonSimpleSystemsManagementConfig { Timeout = TimeSpan.FromSeconds(5), MaxErrorRetry = 2 };
        if (options.ServiceUrl is null)
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            (config.ServiceURL, config.AuthenticationRegion) = (options.ServiceUrl, options.Region);
        }

        return string.IsNullOrEmpty(options.AccessKey) ? new(config) : new(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }
}
