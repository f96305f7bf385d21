using MassTransit;

namespace CloudIa.Tests.Sagas;

/// <summary>What MassTransit publishes when a command's consumer has given up.</summary>
internal sealed class FaultOf<T>(T message, string exceptionType) : Fault<T>
{
    public Guid FaultId { get; } = NewId.NextGuid();

    public Guid? FaultedMessageId => null;

    public DateTime Timestamp => default;

    public ExceptionInfo[] Exceptions { get; } = [new Thrown(exceptionType)];

    public HostInfo Host => null!;

    public string[] FaultMessageTypes => [];

    public T Message => message;

    private sealed class Thrown(string exceptionType) : ExceptionInfo
    {
        public string ExceptionType => exceptionType;

        public ExceptionInfo? InnerException => null;

        public string StackTrace => "";

        public string Message => "";

        public string Source => "";

        public IDictionary<string, object> Data { get; } = new Dictionary<string, object>();
    }
}
