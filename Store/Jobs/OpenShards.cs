namespace CloudIa.Store.Jobs;

/// <summary>
/// The parts of the index of open jobs. One partition of DynamoDB takes 1,000 writes a second, and each job enters and leaves the index.
/// </summary>
internal static class OpenShards
{
    private const int Count = 8;

    public static IReadOnlyList<string> All { get; } = [.. Enumerable.Range(0, Count).Select(Name)];

    /// <summary>By the id's last byte: the first ones of a version 7 UUID are the time, the same for all that come together.</summary>
    public static string Of(Guid jobId) => Name(jobId.ToByteArray()[^1] % Count);

    private static string Name(int number) => $"JOB#{number}";
}
