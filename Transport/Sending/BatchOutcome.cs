using System.Globalization;
using CloudIa.Transport.Connection;
using MassTransit;

namespace CloudIa.Transport.Sending;

/// <summary>Says for each entry of a batch what became of it; a 200 can hold failures.</summary>
internal static class BatchOutcome
{
    public static string Id(int index) => index.ToString(CultureInfo.InvariantCulture);

    public static IReadOnlyList<Exception?> Read(string call, string entity, int count, IEnumerable<string>? successful,
        IEnumerable<(string Id, string Code, string? Message, bool SenderFault)>? failed, SendWatch? watch = null)
    {
        // v4 collections are null when empty. An entry that is in neither list did not get through.
        var outcomes = new Exception?[count];
        var answered = new bool[count];
        foreach (var id in successful ?? [])
            answered[int.Parse(id, CultureInfo.InvariantCulture)] = true;
        foreach (var (id, code, message, senderFault) in failed ?? [])
        {
            var index = int.Parse(id, CultureInfo.InvariantCulture);
            answered[index] = true;
            outcomes[index] = new AmazonSqsTransportException(
                $"{call} to {entity} refused one of its {count} entries: {code}, {message} " +
                (senderFault ? "The entry itself is wrong; trying it again will not help." : "AWS was at fault; try it again."))
            {
                MayBeSent = watch is { MayBeSentBefore: true },
            };
        }

        for (var index = 0; index < count; index++)
        {
            if (!answered[index])
            {
                outcomes[index] = new AmazonSqsTransportException(
                    $"{call} to {entity} answered nothing for one of its {count} entries, so it counts as failed. Try it again.")
                {
                    MayBeSent = watch is not null,
                };
            }
        }

        return outcomes;
    }
}
