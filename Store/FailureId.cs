using System.Buffers.Text;
using System.Text;

namespace CloudIa.Store;

/// <summary>A failure's key as one word. Only for operators, who may see all of them anyway.</summary>
internal static class FailureId
{
    private const int Longest = 1_000;
    private const char Separator = '|';
    private const string NoJob = "-";

    public static string Of(FailureRecord failure) => Base64Url.EncodeToString(
        Encoding.UTF8.GetBytes(string.Join(Separator, failure.JobId?.ToString("N") ?? NoJob, failure.Queue, failure.Kind, failure.MessageId)));

    /// <returns>Null: it is none.</returns>
    public static (Guid? JobId, string Queue, string Kind, string MessageId)? Parse(string id)
    {
        if (id.Length > Longest || !Base64Url.IsValid(id))
            return null;

        // The last part may have the separator in it: it is the sender's.
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(id)).Split(Separator, 4);
        if (parts.Length != 4 || parts[3].Length == 0 || !FailureKinds.All.Contains(parts[2]))
            return null;

        return parts[0] == NoJob ? (null, parts[1], parts[2], parts[3])
            : Guid.TryParseExact(parts[0], "N", out var job) ? (job, parts[1], parts[2], parts[3])
            : null;
    }
}
