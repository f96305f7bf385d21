namespace CloudIa.Sagas.ChatJob;

internal static class ChatJobSagaExtensions
{
    private static readonly string[] FinalStates =
        [nameof(ChatJobStateMachine.Completed), nameof(ChatJobStateMachine.Failed), nameof(ChatJobStateMachine.Cancelled), nameof(ChatJobStateMachine.Expired)];

    /// <summary>Whether all is done and told that its last attempt has to do and to tell.</summary>
    public static bool HasEnded(this ChatJobSaga saga) => FinalStates.Contains(saga.CurrentState);
}
