namespace Lateen.Control.Config;

using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.Mesh;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Reads the ConfigMap "istio", key "mesh".</summary>
public static class MeshSettingsReader
{
    /// <summary>False with the reason when the text cannot be read; the caller keeps what it had.</summary>
    public static bool TryRead(ConfigMap map, MeshSettings current, out MeshSettings settings, out string problem)
    {
        settings = current;
        problem = "";
        if (!map.Data.TryGetValue("mesh", out string? text) || text.Trim().Length == 0)
        {
            settings = From(new MeshConfig(), current);
            return true;
        }

        if (MeshConfigReader.ReadMesh(text, "mesh", out IReadOnlyList<Finding> findings) is not { } mesh)
        {
            problem = string.Join("; ", findings.Where(each => each.Severity is Severity.Error).Select(each => each.Sentence));
            return false;
        }

        settings = From(mesh, current);
        return true;
    }

    private static MeshSettings From(MeshConfig mesh, MeshSettings current) => new()
    {
        AccessLogFile = mesh.AccessLogFile,
        AccessLogFormat = mesh.AccessLogFormat,
        AccessLogJson = mesh.AccessLogEncoding is AccessLogEncoding.Json,
        AllowAnyOutbound = mesh.OutboundTrafficPolicy.Mode is OutboundTrafficMode.AllowAny,
        DefaultServiceExportTo = mesh.DefaultServiceExportTo,
        DefaultVirtualServiceExportTo = mesh.DefaultVirtualServiceExportTo,
        DefaultDestinationRuleExportTo = mesh.DefaultDestinationRuleExportTo,
        ConnectTimeout = mesh.ConnectTimeout ?? MeshSettings.Default.ConnectTimeout,
        UpgradesToHttp2 = mesh.H2UpgradePolicy is H2UpgradePolicy.Upgrade,
        DefaultTrafficPolicy = mesh.DefaultTrafficPolicy is { } policy
            ? new TrafficPolicy { ConnectionPool = policy.ConnectionPool, OutlierDetection = policy.OutlierDetection }
            : null,
        DefaultHttpRetryPolicy = mesh.DefaultHttpRetryPolicy,
        RootNamespace = mesh.RootNamespace.Length > 0 ? mesh.RootNamespace : MeshSettings.Default.RootNamespace,
        TrustDomain = mesh.TrustDomain.Length > 0 ? mesh.TrustDomain : MeshSettings.Default.TrustDomain,
        LocalityLb = mesh.LocalityLbSetting ?? MeshSettings.Default.LocalityLb,
        IngressMode = mesh.IngressControllerMode is IngressControllerMode.Unspecified
            ? MeshSettings.Default.IngressMode
            : mesh.IngressControllerMode,
        IngressClass = mesh.IngressClass.Length > 0 ? mesh.IngressClass : MeshSettings.Default.IngressClass,
        IngressService = mesh.IngressService.Length > 0 ? mesh.IngressService : MeshSettings.Default.IngressService,
        IngressSelector = mesh.IngressSelector.Length > 0 ? mesh.IngressSelector : MeshSettings.Default.IngressSelector,
        DomainSuffix = current.DomainSuffix,
        ClusterId = current.ClusterId,
    };
}
