namespace Lateen.Proxy.Admin;

using System.Text.Json.Nodes;

/// <summary>Takes private keys, passwords and opaque secrets out of what the admin interface shows (Envoy: "[redacted]").</summary>
internal static class SecretMask
{
    // "[redacted]" in base64, because the field holds bytes.
    private const string RedactedBytes = "W3JlZGFjdGVkXQ==";
    private const string Redacted = "[redacted]";

    public static JsonNode? Apply(JsonNode? node)
    {
        Walk(node, isSecret: false);
        return node;
    }

    private static void Walk(JsonNode? node, bool isSecret)
    {
        if (node is JsonArray list)
        {
            foreach (JsonNode? item in list)
            {
                Walk(item, isSecret);
            }
        }
        else if (node is JsonObject fields)
        {
            foreach ((string name, JsonNode? value) in fields.ToArray())
            {
                if (isSecret && name is "inline_bytes" or "inline_string" && isSecret)
                {
                    fields[name] = name == "inline_bytes" ? RedactedBytes : Redacted;
                }
                else
                {
                    Walk(value, isSecret || name is "private_key" or "password" or "generic_secret" or "session_ticket_keys");
                }
            }
        }
    }
}
