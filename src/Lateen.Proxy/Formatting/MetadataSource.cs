namespace Lateen.Proxy.Formatting;

/// <summary>Whose metadata an operator reads.</summary>
internal enum MetadataSource : byte
{
    Host,
    Cluster,
    Dynamic,
}
