using System.ComponentModel;
using System.Text;
using System.Text.Json;
using CloudIa.Store;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>One dead letter with all that is known of it.</summary>
public sealed record DeadLetterDetails
{
    public required DeadLetterView Facts { get; init; }

    [Description("Bytes of UTF-8.")]
    public required int BodyBytes { get; init; }

    [Description("The message's properties with their types in place of their values; null: it is not JSON.")]
    public required JsonElement? Shape { get; init; }

    [Description("What the handler's exception, or the transport, said. For operators only.")]
    public string? Reason { get; init; }

    [Description("The message, which has been sent wrapped in MassTransit's envelope: what can be edited. For operators only; null where it cannot be read.")]
    public JsonElement? Message { get; init; }

    [Description("As it was received: anything. For operators only.")]
    public string? Body { get; init; }

    /// <param name="all">The caller is an operator.</param>
    internal static DeadLetterDetails From(FailureRecord failure, bool all) => new()
    {
        Facts = DeadLetterView.From(failure),
        BodyBytes = Encoding.UTF8.GetByteCount(failure.Body),
        Shape = PayloadShape.Of(failure.Body),
        Reason = all ? failure.Reason : null,
        Message = all ? Envelope.MessageOf(failure.Body) : null,
        Body = all ? failure.Body : null,
    };
}
