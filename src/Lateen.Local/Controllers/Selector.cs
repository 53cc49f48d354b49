namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Label selectors as objects carry them.</summary>
internal static class Selector
{
    /// <summary>A Service's plain map. An empty one selects nothing: such a Service has endpoints of its owner's making.</summary>
    public static bool MatchesMap(JsonObject? selector, JsonObject? labels)
    {
        if (selector is null || selector.Count == 0)
        {
            return false;
        }

        return MatchesAll(selector, labels);
    }

    /// <summary>A workload's metav1.LabelSelector; null selects nothing, as the API server refuses it for workloads.</summary>
    public static bool Matches(JsonObject? selector, JsonObject? labels)
    {
        if (selector is null)
        {
            return false;
        }

        if (selector.Child("matchLabels") is { } map && !MatchesAll(map, labels))
        {
            return false;
        }

        foreach (JsonObject requirement in selector.Items("matchExpressions"))
        {
            if (!MatchesExpression(requirement, labels))
            {
                return false;
            }
        }

        return true;
    }

    private static bool MatchesAll(JsonObject map, JsonObject? labels)
    {
        foreach ((string key, JsonNode? value) in map)
        {
            if (labels.Text(key) is not { } actual || actual != value?.ToString())
            {
                return false;
            }
        }

        return true;
    }

    private static bool MatchesExpression(JsonObject requirement, JsonObject? labels)
    {
        string? value = labels.Text(requirement.Text("key") ?? "");
        return requirement.Text("operator") switch
        {
            "In" => value is not null && requirement.Strings("values").Contains(value),
            "NotIn" => value is null || !requirement.Strings("values").Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            _ => false,
        };
    }
}
