namespace CloudIa.Bench.Jobs;

/// <summary>What consumers wait for before they work: open, except while a backlog is to stay.</summary>
public sealed class Gate
{
    private volatile TaskCompletionSource _open = Opened();

    public Task Opens => _open.Task;

    public void Close() => _open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    private static TaskCompletionSource Opened()
    {
        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.SetResult();
        return source;
    }
}
