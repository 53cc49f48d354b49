namespace Lateen.Local.Tests.ApiServer;

using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer;
using Lateen.Local.ApiServer.Security;
using Lateen.Local.Cluster;

/// <summary>A real API server on a free port, with what the controllers would have made, and real kubectl against it.</summary>
public sealed class TestCluster : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lateen-api-").FullName;

    public ClusterApiServer Server { get; private set; } = null!;

    public IClusterClient Client => Server.Client;

    public string Kubeconfig => Path.Combine(folder, "kubeconfig");

    public string Folder => folder;

    public async ValueTask InitializeAsync()
    {
        Server = await ClusterApiServer.StartAsync(new ClusterApiServerOptions
        {
            StorePath = Path.Combine(folder, "store.db"), CertificateFolder = Path.Combine(folder, "pki"),
            Endpoints = [new IPEndPoint(IPAddress.Loopback, 0)],
        }, TestContext.Current.CancellationToken);
        Server.Runtime = new EchoRuntime();
        Local.ApiServer.Security.Kubeconfig.Write(Kubeconfig, Server.Certificates, Server.Addresses[0].ToString().TrimEnd('/'));
        foreach (string ns in (string[])["default", "kube-system"])
        {
            await CreateAsync("", "v1", "namespaces", "Namespace", null, $$$"""{"metadata":{"name":"{{{ns}}}"}}""");
            await CreateAsync("", "v1", "serviceaccounts", "ServiceAccount", ns, """{"metadata":{"name":"default"}}""");
        }
    }

    public Task<JsonObject> CreateAsync(string group, string version, string plural, string kind, string? ns, string json)
    {
        return Client.CreateAsync(new ResourceType(group, version, plural, kind, ns is not null), ns,
            (JsonObject)JsonNode.Parse(json)!,
            TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Runs kubectl and answers everything it said.</summary>
    public async Task<KubectlResult> KubectlAsync(string arguments, string? input = null, string? editor = null)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardInput = true, RedirectStandardOutput = true,
            RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"exec kubectl {arguments}");
        start.Environment["KUBECONFIG"] = Kubeconfig;
        start.Environment["HOME"] = folder;
        if (editor is not null)
        {
            start.Environment["KUBE_EDITOR"] = editor;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input ?? "");
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        return new KubectlResult(process.ExitCode, await output, await error);
    }

    /// <summary>Runs kubectl and expects success.</summary>
    public async Task<string> RunAsync(string arguments, string? input = null, string? editor = null)
    {
        KubectlResult result = await KubectlAsync(arguments, input, editor);
        Assert.True(result.ExitCode == 0, $"kubectl {arguments}\nexit {result.ExitCode}\n{result.Output}\n{result.Error}");
        return result.Output;
    }
}
