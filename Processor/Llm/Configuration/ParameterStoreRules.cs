using CloudIa.Processor.Configuration;

namespace CloudIa.Processor.Llm.Configuration;

/// <summary>What the options of Parameter Store must keep to.</summary>
internal static class ParameterStoreRules
{
    public static void Check(Problems problems, string key, ParameterStoreOptions store)
    {
        problems.Require($"{key}:{nameof(store.RefreshInterval)}", store.RefreshInterval, TimeSpan.FromSeconds(10), TimeSpan.FromDays(1),
            "a shorter one costs calls, with a longer one a revoked key is used for long. 00:05:00 is a good value.");

        if (string.IsNullOrWhiteSpace(store.Region))
        {
            problems.Add($"{key}:{nameof(store.Region)}", "is empty, so there is no address to ask. Give AWS's name of it, such as eu-west-1.");
        }

        if (store.ServiceUrl is not null && !(Uri.TryCreate(store.ServiceUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
        {
            problems.Add($"{key}:{nameof(store.ServiceUrl)}", "is not an absolute http or https address, so there is nothing to call. Give one, or leave it out to use AWS.");
        }

        if (string.IsNullOrEmpty(store.AccessKey) != string.IsNullOrEmpty(store.SecretKey))
        {
            problems.Add($"{key}:{nameof(store.AccessKey)}", "and SecretKey: only one is given, and neither is of use alone. Give both, or neither to use the SDK's own chain.");
        }
    }
}
