namespace Lateen.Control.Translation.Listeners;

/// <summary>Which side of the mesh a connection manager stands on.</summary>
internal enum HttpRole
{
    SidecarOutbound,
    SidecarInbound,
    Gateway,
}
