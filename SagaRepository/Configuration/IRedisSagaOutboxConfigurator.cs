namespace MassTransit;

/// <summary>How long and how many events a saga remembers.</summary>
public interface IRedisSagaOutboxConfigurator
{
    /// <summary>
    /// How many events a saga remembers, 1 to 10,000; default 100. Each is about 45 bytes of the saga's value. An event that comes again after
    /// so many others is taken for a new one. Events whose messages may not have gone come on top.
    /// </summary>
    int InboxLimit { set; }

    /// <summary>
    /// How long a saga remembers an event and the messages of it that may not have gone, and what is left of a saga that has ended; at least
    /// a minute, default a day. Longer than an event can take to come again: visibility timeout, redelivery, and the longest outage or
    /// stay in a dead letter queue that is to be survived. A shorter <see cref="IRedisSagaRepositoryConfigurator.Expiry"/> ends it.
    /// </summary>
    TimeSpan Retention { set; }
}
