using System.Text;
using System.Text.Json;
using Pulse.Mqtt;

namespace Pulse.ReferenceHost.Cli;

/// <summary>One line of input: <c>{"clientId","username","access","topic"}</c>, the user name may be null.</summary>
internal sealed class AclQuestion
{
    /// <summary>The longest line: a topic of 65,535 bytes, every one of them escaped, and the rest.</summary>
    public const int MaxLength = 1024 * 1024;

    private static readonly JsonDocumentOptions Reading = new() { AllowDuplicateProperties = false };

    private readonly AclClient _client;
    private readonly string _access;
    private readonly byte[] _topic;

    private AclQuestion(AclClient client, string access, string topic)
    {
        _client = client;
        _access = access;
        _topic = Encoding.UTF8.GetBytes(topic);
    }

    /// <summary>Reads a line; <see langword="null"/> when it is none of ours.</summary>
    public static AclQuestion? Parse(string line)
    {
        if (line.Length > MaxLength)
        {
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(line, Reading);
            var root = json.RootElement;
            var (clientId, access, topic) = (Text(root, "clientId"), Text(root, "access"), Text(root, "topic"));
            var hasUser = root.TryGetProperty("username", out var user) && user.ValueKind != JsonValueKind.Null;
            var userName = hasUser ? user.GetString() : null;
            var isComplete = clientId is not null && topic is not null && access is "read" or "write" or "subscribe";
            return isComplete ? new AclQuestion(new AclClient(clientId!, userName), access!, topic!) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The line's own fault: the caller says so in its place.
            return null;
        }
    }

    public AclDecision Ask(AclDocument document) =>
        _access == "subscribe" ? document.CheckSubscribe(_client, _topic) : document.Check(_client, Access, _topic);

    public AclExplanation Explain(AclDocument document) =>
        _access == "subscribe" ? document.ExplainSubscribe(_client, _topic) : document.Explain(_client, Access, _topic);

    private AclAccess Access => _access == "read" ? AclAccess.Read : AclAccess.Write;

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) ? value.GetString() : null;
}
