namespace Lateen.Control.Registry;

/// <summary>Which registry a service is from; Istio's words in the name table and in debug output.</summary>
public enum ServiceSource
{
    Kubernetes,

    /// <summary>A ServiceEntry.</summary>
    External,
}
