using System.Text;
using CloudIa.ServiceDefaults.Jobs;
using MassTransit;
using MassTransit.SagaStateMachine;
using Microsoft.Extensions.Options;

namespace CloudIa.Sagas.ChatJob;

/// <summary>The state machine as a picture, read from the machine itself.</summary>
public sealed class ChatJobDiagram
{
    private ChatJobDiagram(IReadOnlyList<string> states, IReadOnlyList<ChatJobTransition> transitions) => (States, Transitions) = (states, transitions);

    /// <summary>In the order of the machine; <c>Initial</c> is where no saga is yet.</summary>
    public IReadOnlyList<string> States { get; }

    /// <summary>Each way from one state to another, or back into the same, and the events that lead there.</summary>
    public IReadOnlyList<ChatJobTransition> Transitions { get; }

    public static ChatJobDiagram Read()
    {
        // Nothing of it runs: what the machine works with is not looked at.
        var machine = new ChatJobStateMachine(TimeProvider.System, null!, null!, Options.Create(new JobOptions()));
        var ways = new Ways();
        machine.Accept(ways);
        var states = machine.States.Select(x => x.Name).Where(x => x != machine.Final.Name).ToList();
        return new(states, [.. ways.Found.GroupBy(x => (x.From, x.To)).Select(x => new ChatJobTransition(x.Key.From, x.Key.To, [.. x.Select(y => y.Event).Distinct()]))]);
    }

    /// <summary>For Mermaid's <c>stateDiagram-v2</c>.</summary>
    /// <param name="current">A state to mark; null: none.</param>
    public string ToMermaid(string? current = null)
    {
        var text = new StringBuilder("stateDiagram-v2\n");
        foreach (var (from, to, events) in Transitions)
            text.Append("    ").Append(Name(from)).Append(" --> ").Append(to).Append(": ").AppendJoin(", ", events).Append('\n');
        if (current is not null && States.Contains(current))
            text.Append("    classDef current fill:#0969da,color:#fff\n    class ").Append(current).Append(" current\n");
        return text.ToString();

        static string Name(string state) => state == "Initial" ? "[*]" : state;
    }

    /// <summary>For Graphviz's <c>dot</c>.</summary>
    /// <param name="current">A state to mark; null: none.</param>
    public string ToGraphviz(string? current = null)
    {
        var text = new StringBuilder("digraph ChatJob {\n  rankdir=LR;\n  node [shape=box, style=rounded];\n");
        foreach (var state in States)
            text.Append("  ").Append(state).Append(state == current ? " [style=\"rounded,filled\", fillcolor=\"#0969da\", fontcolor=white];\n" : ";\n");
        foreach (var (from, to, events) in Transitions)
            text.Append("  ").Append(from).Append(" -> ").Append(to).Append(" [label=\"").AppendJoin("\\n", events).Append("\"];\n");
        return text.Append("}\n").ToString();
    }

    private sealed class Ways : StateMachineVisitor
    {
        private string _state = "";
        private string _event = "";

        public List<(string From, string Event, string To)> Found { get; } = [];

        public void Visit(State state, Action<State> next)
        {
            _state = state.Name;
            next(state);
        }

        public void Visit(Event @event, Action<Event> next)
        {
            _event = @event.Name;
            next(@event);
        }

        public void Visit<TData>(Event<TData> @event, Action<Event<TData>> next)
            where TData : class
        {
            _event = @event.Name;
            next(@event);
        }

        public void Visit(IStateMachineActivity activity, Action<IStateMachineActivity> next)
        {
            if (activity is TransitionActivity<ChatJobSaga> transition)
                Found.Add((_state, _event, transition.ToState.Name));
            next(activity);
        }

        public void Visit(IStateMachineActivity activity)
        {
            if (activity is TransitionActivity<ChatJobSaga> transition)
                Found.Add((_state, _event, transition.ToState.Name));
        }

        public void Visit<T>(IBehavior<T> behavior)
            where T : class, SagaStateMachineInstance
        {
        }

        public void Visit<T>(IBehavior<T> behavior, Action<IBehavior<T>> next)
            where T : class, SagaStateMachineInstance => next(behavior);

        public void Visit<T, TData>(IBehavior<T, TData> behavior)
            where T : class, SagaStateMachineInstance
            where TData : class
        {
        }

        public void Visit<T, TData>(IBehavior<T, TData> behavior, Action<IBehavior<T, TData>> next)
            where T : class, SagaStateMachineInstance
            where TData : class => next(behavior);
    }
}

/// <summary>One arrow.</summary>
public sealed record ChatJobTransition(string From, string To, IReadOnlyList<string> Events);
