using System.ComponentModel;
using System.Text.Json;

namespace CloudIa.Api.Operators.DeadLetters;

/// <summary>What is sent in place of a dead letter.</summary>
public sealed record DeadLetterEdit
{
    [Description("The edited message, without its envelope. Left out: the message as it was.")]
    public JsonElement? Body { get; init; }
}
