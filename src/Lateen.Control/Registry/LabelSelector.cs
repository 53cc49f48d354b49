namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>Equality label selection, as Services, subsets and Gateways use it.</summary>
internal static class LabelSelector
{
    public static bool Matches(ValueMap<string, string> selector, ValueMap<string, string> labels)
    {
        foreach ((string key, string value) in selector)
        {
            if (!labels.TryGetValue(key, out string? actual) || actual != value)
            {
                return false;
            }
        }

        return true;
    }
}
