using CloudIa.Bench.Reporting;

namespace CloudIa.Bench.Listening;

/// <summary>Something about listening to measure.</summary>
internal interface IListeningPart : ITable
{
    Task RunAsync(ListeningRun run);
}
