namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Reads and writes the conditions of a status; the transition time moves only when the status does.</summary>
internal static class Conditions
{
    public static JsonObject? Find(JsonObject? status, string type)
    {
        foreach (JsonObject condition in status.Items("conditions"))
        {
            if (condition.Text("type") == type)
            {
                return condition;
            }
        }

        return null;
    }

    public static bool IsTrue(JsonObject? status, string type) => Find(status, type).Text("status") == "True";

    /// <summary>Sets a condition in place; keeps it untouched when status, reason and message are the same.</summary>
    public static void Set(
        JsonObject status, string type, bool value, string reason, string message, DateTimeOffset now) =>
        Write(status, type, value ? "True" : "False", reason, message, now, updateTime: false, refresh: false);

    /// <summary>The same for conditions with lastUpdateTime (Deployments), which <paramref name="refresh"/> moves in any case.</summary>
    public static void Write(JsonObject status, string type, string text, string reason, string message, DateTimeOffset now,
        bool updateTime = true, bool refresh = false)
    {
        JsonObject? old = Find(status, type);
        if (!refresh && old is not null && old.Text("status") == text && old.Text("reason") == reason && old.Text("message") == message)
        {
            return;
        }

        string stamp = KubeObject.Stamp(now);
        JsonObject condition = new() { ["type"] = type, ["status"] = text };
        if (updateTime)
        {
            condition["lastUpdateTime"] = stamp;
        }

        condition["lastTransitionTime"] = old?.Text("status") == text ? old.Text("lastTransitionTime") ?? stamp : stamp;
        condition["reason"] = reason;
        condition["message"] = message;

        JsonArray conditions = status["conditions"] as JsonArray ?? [];
        if (old is null)
        {
            conditions.Add(condition);
        }
        else
        {
            conditions[conditions.IndexOf(old)] = condition;
        }

        if (conditions.Parent is null)
        {
            status["conditions"] = conditions;
        }
    }

    public static void Remove(JsonObject status, string type)
    {
        if (Find(status, type) is { } condition && status["conditions"] is JsonArray conditions)
        {
            conditions.Remove(condition);
            if (conditions.Count == 0)
            {
                status.Remove("conditions");
            }
        }
    }
}
