namespace Lateen.Control.Translation.Clusters;

using Lateen.Api.Names;

/// <summary>A cluster's name in statistics: ended by a semicolon, as Istio does, because the name itself has dots.</summary>
internal static class StatPrefix
{
    public static string Of(ClusterName name) => Of(name.ToString());

    public static string Of(string name) => name + ";";
}
