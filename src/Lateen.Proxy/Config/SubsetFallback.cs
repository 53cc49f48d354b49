namespace Lateen.Proxy.Config;

/// <summary>What becomes of a request whose subset has no host.</summary>
public enum SubsetFallback : byte
{
    NoFallback,
    AnyEndpoint,
    DefaultSubset,

    /// <summary>Some of its keys are let go; only of a selector.</summary>
    KeysSubset,
}
