using System.Text.RegularExpressions;
using MassTransit;
using static MassTransit.AmazonSqsEndpointAddress;

namespace CloudIa.Transport;

internal static partial class EntityNames
{
    public static bool IsValid(string? name, AddressType type) =>
        !string.IsNullOrEmpty(name) && name.Length <= MaxLength(type) && Allowed().IsMatch(name);

    public static void ThrowIfInvalid(string? name, AddressType type)
    {
        if (!IsValid(name, type))
            throw new AmazonSqsTransportConfigurationException(Complaint(name, type));
    }

    public static string Complaint(string? name, AddressType type) =>
        $"'{name}' ({name?.Length ?? 0} characters) is no name for a {type.ToString().ToLowerInvariant()}: AWS takes 1 to " +
        $"{MaxLength(type)} letters, digits, hyphens and underscores, and no period but that of a .fifo at the end. Give the endpoint or message another name.";

    /// <summary>Puts a suffix on a queue's name, before .fifo where there is one.</summary>
    public static string WithSuffix(string queue, Func<string, string> format) =>
        AwsLimits.IsFifo(queue) ? format(queue[..^AwsLimits.FifoSuffix.Length]) + AwsLimits.FifoSuffix : format(queue);

    private static int MaxLength(AddressType type) =>
        type == AddressType.Queue ? AwsLimits.QueueNameLength : AwsLimits.TopicNameLength;

    // The official package lets periods and colons pass, and AWS refuses them at the first use. No formatter of MassTransit's makes any.
    [GeneratedRegex(@"^[A-Za-z0-9_\-]+(\.fifo)?\z")]
    private static partial Regex Allowed();
}
