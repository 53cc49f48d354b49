namespace Lateen.Control.Translation.Listeners;

using Lateen.Control.Config;

/// <summary>Where requests are logged and how.</summary>
internal sealed record AccessLogSettings(string File, string Format, bool Json)
{
    public static AccessLogSettings From(MeshSettings mesh) => new(mesh.AccessLogFile, mesh.AccessLogFormat, mesh.AccessLogJson);
}
