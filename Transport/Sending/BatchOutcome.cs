using System.Globalization;
using MassTransit;

namespace CloudIa.Transport.Sending;

/// <summary>Says for each entry of a batch what became of it; a 200 can hold failures.</summary>
internal static class BatchOutcome
{
    public static string Id(int index) => index.ToString(CultureInfo.InvariantCulture);

    public static IReadOnlyList<Exception?> Read(string call, string entity, int count, IEnumerable<string>? successful,
        IEnumerable<(string Id, string Code, string? Message, bool SenderFault)>? failed)
    {
        // v4 collections are null when empty. An entry that is in neither list did not get through.
        var outcomes = new Exception?[count];
        for (var index = 0; index < count; index++)
        {
            outcomes[index] = new AmazonSqsTransportException(
                $"{call} to {entity} answered nothing for one of its {count} entries, so it counts as failed. Try it again.");
        }

        foreach (var id in successful ?? [])
            outcomes[int.Parse(id, CultureInfo.InvariantCulture)] = null;
        foreach (var (id, code, message, senderFault) in failed ?? [])
        {
            outcomes[int.Parse(id, CultureInfo.InvariantCulture)] = new AmazonSqsTransportException(
                $"{call} to {entity} refused one of its {count} entries: {code}, {message} " +
                (senderFault ? "The entry itself is wrong; trying it again will not help." : "AWS was at fault; try it again."));
        }

        return outcomes;
    }
}
