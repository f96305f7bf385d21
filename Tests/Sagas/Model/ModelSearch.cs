using System.Diagnostics;

namespace CloudIa.Tests.Sagas.Model;

/// <summary>Every state that can be reached, each once, the nearest first: the first violation has the shortest history.</summary>
internal sealed class ModelSearch
{
    /// <summary>A scenario that has more is too large to be a test: it fails.</summary>
    private const int MostStates = 1_000_000;

    private readonly Dictionary<string, int> _known = new(StringComparer.Ordinal);
    private readonly List<(int Parent, string Name)> _history = [];
    private readonly List<(int From, int To)> _progress = [];
    private readonly ModelWorld _world;
    private readonly string _name;

    private ModelSearch(ModelScenario scenario) => (_world, _name) = (new(scenario), scenario.Name);

    public int States => _known.Count;

    public int Steps { get; private set; }

    public int Ends { get; private set; }

    public string? Violation { get; private set; }

    public IReadOnlyCollection<string> FinalStates => _world.SeenFinal;

    public static ModelSearch Of(ModelScenario scenario)
    {
        var search = new ModelSearch(scenario);
        search.Run();
        return search;
    }

    public string Report { get; private set; } = "";

    private void Run()
    {
        var start = Stopwatch.GetTimestamp();
        var queue = new Queue<(int Number, ModelState State)>();
        Reach(_world.First(), parent: -1, "accepted", queue);
        while (Violation is null && queue.TryDequeue(out var next))
        {
            var (number, state) = next;
            var isEnd = true;
            foreach (var step in _world.Next(state))
            {
                Steps++;
                var to = Reach(step.To, number, step.Name, queue);
                if (!step.IsProgress)
                    continue;

                isEnd = false;
                _progress.Add((number, to));
            }

            if (isEnd)
                Ends++;
            Check(state, number, isEnd);
            if (States > MostStates)
                throw new InvalidOperationException($"{_name}: more than {MostStates} states. Make the scenario smaller.");
        }

        if (Violation is null)
            CheckThatAllEnds();
        Report = $"{_name}: {States:N0} states, {Steps:N0} steps, {Ends:N0} ends, the machine driven {_world.MachineSteps:N0} times, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s" +
            (Violation is null ? "" : $"\nviolated: {Violation}");
    }

    private int Reach(ModelState state, int parent, string name, Queue<(int Number, ModelState State)> queue)
    {
        var key = state.Key();
        if (_known.TryGetValue(key, out var known) && state.Violation is null)
            return known;

        var number = _history.Count;
        _known[key] = number;
        _history.Add((parent, name));
        queue.Enqueue((number, state));
        return number;
    }

    private void Check(ModelState state, int number, bool isEnd)
    {
        if (_world.Violation(state, isEnd) is not { } violation)
            return;

        var way = new List<string>();
        for (var at = number; at >= 0; at = _history[at].Parent)
            way.Add(_history[at].Name);
        way.Reverse();
        Violation = $"{violation}\n  {string.Join("\n  ", way)}\n  => {_world.Describe(state)}";
    }

    /// <summary>Without a circle in what happens by itself, all of it ends, whatever the order: and where it ends was looked at.</summary>
    private void CheckThatAllEnds()
    {
        var into = new int[_history.Count];
        var from = _progress.ToLookup(x => x.From, x => x.To);
        foreach (var (_, to) in _progress)
            into[to]++;
        var ready = new Stack<int>(Enumerable.Range(0, into.Length).Where(x => into[x] == 0));
        var sorted = 0;
        while (ready.TryPop(out var number))
        {
            sorted++;
            foreach (var to in from[number])
            {
                if (--into[to] == 0)
                    ready.Push(to);
            }
        }

        if (sorted != into.Length)
            Violation = $"{into.Length - sorted} states are on, or behind, a circle: it may never end. One is behind: {_history[Array.FindIndex(into, x => x > 0)].Name}";
    }
}
