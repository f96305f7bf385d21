using Amazon.SimpleNotificationService.Internal;

namespace Amazon.SimpleNotificationService.Model;

public sealed class CreateTopicRequest : AmazonSimpleNotificationServiceRequest
{
    public string Name { get; set; } = "";

    public Dictionary<string, string> Attributes { get; set; } = [];

    public List<Tag> Tags { get; set; } = [];

    internal override string Action => "CreateTopic";

    internal override void Write(QueryWriter query)
    {
        query.Set("Name", Name);
        query.Map("Attributes", Attributes);
        query.Tags(Tags);
    }
}
