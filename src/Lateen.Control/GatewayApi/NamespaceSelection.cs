namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;

/// <summary>Selects namespaces by labels.</summary>
internal static class NamespaceSelection
{
    /// <summary>No selector selects nothing; an empty one selects all.</summary>
    public static bool Matches(NamespaceSelector? selector, ValueMap<string, string> labels) =>
        selector is not null
        && selector.MatchLabels.All(wanted => labels.TryGetValue(wanted.Key, out string? value) && value == wanted.Value)
        && selector.MatchExpressions.All(each => Holds(each, labels));

    private static bool Holds(SelectorExpression expression, ValueMap<string, string> labels)
    {
        bool present = labels.TryGetValue(expression.Key, out string? value);
        bool listed = present && expression.Values.Contains(value);
        return expression.Operator switch
        {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => present,
            "DoesNotExist" => !present,
            _ => false,
        };
    }
}
