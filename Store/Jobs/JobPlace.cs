using System.Buffers.Text;
using System.Text;
using CloudIa.Store.Tables;

namespace CloudIa.Store.Jobs;

/// <summary>A job's place in a list by time.</summary>
/// <param name="Time">As the index has it: the order of the text is that of time.</param>
/// <param name="Partition">Of the job's row.</param>
internal readonly record struct JobPlace(string Time, string Partition) : IComparable<JobPlace>
{
    private const int MaxLength = 200;
    private const char Separator = '|';

    private static readonly string JobPrefix = Keys.JobPartition(Guid.Empty)[..^32];

    public int CompareTo(JobPlace other) =>
        string.CompareOrdinal(Time, other.Time) is not 0 and var byTime ? byTime : string.CompareOrdinal(Partition, other.Partition);

    public string ToCursor() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Time}{Separator}{Partition}"));

    /// <exception cref="InvalidCursorException">It is not one of these.</exception>
    public static JobPlace? Of(string? cursor)
    {
        if (cursor is null)
            return null;

        if (cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
            throw new InvalidCursorException("it is not base64url text of a few characters");

        return Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(Separator) is [{ Length: > 0 } time, var partition] && partition.StartsWith(JobPrefix, StringComparison.Ordinal)
            ? new JobPlace(time, partition)
            : throw new InvalidCursorException("it belongs to another list");
    }
}
