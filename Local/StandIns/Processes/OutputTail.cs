namespace CloudIa.Local.StandIns;

/// <summary>The last lines that a child has written, for the message about why it failed.</summary>
internal sealed class OutputTail
{
    private const int Lines = 20;
    private readonly Queue<string> _lines = new();

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > Lines)
            {
                _lines.Dequeue();
            }
        }
    }

    public override string ToString()
    {
        lock (_lines)
        {
            return string.Join(Environment.NewLine, _lines.Where(x => !string.IsNullOrWhiteSpace(x)));
        }
    }
}
