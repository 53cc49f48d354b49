namespace Lateen.Local.ApiServer.Pipeline;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>A label selector, from kubectl's text or from an object's matchLabels and matchExpressions.</summary>
internal sealed class LabelSelector
{
    public static readonly LabelSelector Everything = new([]);

    private readonly IReadOnlyList<Requirement> requirements;

    private LabelSelector(IReadOnlyList<Requirement> requirements) => this.requirements = requirements;

    public bool IsEmpty => requirements.Count == 0;

    public static LabelSelector Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return Everything;
        }

        return new LabelSelector([.. SplitTopLevel(text).Select(part => ParseRequirement(part.Trim(), text))]);
    }

    public static LabelSelector FromObject(JsonObject? selector)
    {
        var found = new List<Requirement>();
        foreach ((string key, JsonNode? value) in selector.Obj("matchLabels") ?? [])
        {
            found.Add(new Requirement(key, Operator.In, [value.AsText() ?? ""]));
        }

        foreach (JsonObject expression in selector.Arr("matchExpressions").Objects())
        {
            Operator op = expression.Str("operator") switch
            {
                "In" => Operator.In,
                "NotIn" => Operator.NotIn,
                "Exists" => Operator.Exists,
                _ => Operator.Missing,
            };
            found.Add(new Requirement(expression.Str("key") ?? "", op, [.. expression.Arr("values").Strings()]));
        }

        return new LabelSelector(found);
    }

    public bool Matches(JsonObject? labels)
    {
        foreach (Requirement requirement in requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<string> SplitTopLevel(string text)
    {
        int depth = 0;
        int start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (text[i] == ',' && depth == 0)
            {
                yield return text[start..i];
                start = i + 1;
            }
        }

        yield return text[start..];
    }

    private static Requirement ParseRequirement(string part, string whole)
    {
        int parenthesis = part.IndexOf('(');
        if (parenthesis > 0)
        {
            string[] words = part[..parenthesis].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            string[] values = part[(parenthesis + 1)..].TrimEnd(')', ' ').Split(',', StringSplitOptions.TrimEntries);
            return words switch
            {
                [string key, "in"] => new Requirement(key, Operator.In, values),
                [string key, "notin"] => new Requirement(key, Operator.NotIn, values),
                _ => throw Unparsable(whole, part),
            };
        }

        if (part.StartsWith('!'))
        {
            return new Requirement(part[1..].Trim(), Operator.Missing, []);
        }

        foreach ((string symbol, Operator op) in ((string, Operator)[])[("!=", Operator.NotIn), ("==", Operator.In),
            ("=", Operator.In)])
        {
            int at = part.IndexOf(symbol, StringComparison.Ordinal);
            if (at > 0)
            {
                return new Requirement(part[..at].Trim(), op, [part[(at + symbol.Length)..].Trim()]);
            }
        }

        return part.Length > 0 && !part.Contains(' ') ? new Requirement(part, Operator.Exists, [])
            : throw Unparsable(whole, part);
    }

    private static Cluster.ApiException Unparsable(string whole, string part)
    {
        return ApiErrors.BadRequest($"unable to parse requirement: found '{part}' in selector \"{whole}\"");
    }

    private enum Operator
    {
        In,
        NotIn,
        Exists,
        Missing,
    }

    private sealed record Requirement(string Key, Operator Operator, IReadOnlyList<string> Values)
    {
        public bool Matches(JsonObject? labels)
        {
            string? value = labels?[Key].AsText();
            return Operator switch
            {
                Operator.In => value is not null && Values.Contains(value),
                Operator.NotIn => value is null || !Values.Contains(value),
                Operator.Exists => value is not null,
                _ => value is null,
            };
        }
    }
}
