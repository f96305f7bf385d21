using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MassTransit;

namespace CloudIa.SagaRepository.Outbox;

/// <summary>Ids that are the same whenever the same event is handled again.</summary>
internal static class EventIds
{
    private const int EventIdBytes = 12;
    private const int GuidBytes = 16;

    /// <summary>
    /// The message's id and the type it is handled as: one message can be two events of one saga, by its class and by an interface.
    /// </summary>
    public static string OfEvent(Guid messageId, Type eventType) =>
        Convert.ToBase64String(Hash($"{messageId:N} {TypeCache.GetShortName(eventType)}"), 0, EventIdBytes).Replace('+', '-').Replace('/', '_');

    /// <param name="sagaType">The same event may come to several sagas.</param>
    /// <param name="sagaId">Likewise.</param>
    /// <param name="eventId">See <see cref="OfEvent"/>.</param>
    /// <param name="number">Which of the messages that the event made the saga send, from 1.</param>
    public static Guid OfMessage(Type sagaType, Guid sagaId, string eventId, int number)
    {
        var bytes = Hash(string.Create(CultureInfo.InvariantCulture, $"{TypeCache.GetShortName(sagaType)} {sagaId:N} {eventId} {number}"));

        // RFC 9562: version 8 is for ids that are made in one's own way.
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes.AsSpan(0, GuidBytes), bigEndian: true);
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
