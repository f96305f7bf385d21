using System.Text;

namespace CloudIa.Tests.Sagas.Model;

/// <summary>The whole system at a moment.</summary>
internal sealed class ModelState(int jobs)
{
    public ModelJob[] Jobs { get; private init; } = new ModelJob[jobs];

    /// <summary>Messages in flight, by number, sorted; one that is there twice comes twice.</summary>
    public List<int> Bag { get; private init; } = [];

    /// <summary>Minutes since the beginning.</summary>
    public int Clock { get; set; }

    public int Duplicates { get; set; }

    public int Faults { get; set; }

    public int Crashes { get; set; }

    public int Delays { get; set; }

    /// <summary>What must never be, and is.</summary>
    public string? Violation { get; set; }

    public ModelState Copy() => new(0)
    {
        Jobs = [.. Jobs],
        Bag = [.. Bag],
        Clock = Clock,
        Duplicates = Duplicates,
        Faults = Faults,
        Crashes = Crashes,
        Delays = Delays,
    };

    public void Put(int message)
    {
        var at = Bag.BinarySearch(message);
        Bag.Insert(at < 0 ? ~at : at, message);
    }

    /// <summary>States with the same key have the same future.</summary>
    public string Key()
    {
        var key = new StringBuilder(64);
        key.Append((char)Clock).Append((char)((Duplicates << 8) | (Faults << 4) | Crashes)).Append((char)Delays);
        foreach (ref readonly var job in Jobs.AsSpan())
        {
            key.Append((char)job.Saga)
                .Append((char)((job.Kept ? 1 : 0) | (job.WantsTurn ? 2 : 0) | (job.Open ? 4 : 0) | (job.HasQuestion ? 8 : 0) | (job.Said ? 16 : 0) | ((int)job.Answer << 5)
                    | (job.Stopped << 8) | (job.Ended << 11)))
                .Append((char)((job.Outcome is { } outcome ? (int)outcome + 1 : 0) | (job.OutcomeAttempt << 3) | (job.Cancels << 6) | (job.Retries << 9)))
                .Append((char)job.Recorded).Append((char)job.Told)
                .Append(job.FailureCode).Append('|');
        }

        foreach (var message in Bag)
            key.Append((char)message);
        return key.ToString();
    }
}
