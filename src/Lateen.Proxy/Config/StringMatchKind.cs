namespace Lateen.Proxy.Config;

/// <summary>How a string is compared.</summary>
public enum StringMatchKind : byte
{
    Exact,
    Prefix,
    Suffix,
    Contains,
    Regex,
}
