namespace Lateen.ProxyApp;

using System.Runtime.InteropServices;
using Lateen.Proxy.Agent.Cni;

/// <summary>The node agent of chart cni, its readiness, and the plugin it installs.</summary>
internal static class CniCommands
{
    /// <summary>Container runtimes call the plugin by its file's name, without arguments.</summary>
    public static bool IsPlugin =>
        Path.GetFileName(Environment.ProcessPath) == CniNames.Type || Environment.GetEnvironmentVariable("CNI_COMMAND") is { Length: > 0 };

    public static int Plugin() => CniPlugin.Run(Environment.GetEnvironmentVariable, Console.In, Console.Out, CniPlugin.Redirect);

    public static async Task<int> InstallAsync(string[] args)
    {
        CniInstaller installer = Installer();
        if (args is ["--check"])
        {
            return installer.IsInstalled ? 0 : 1;
        }

        using var stop = new CancellationTokenSource();
        using PosixSignalRegistration terminate = OnSignal(PosixSignal.SIGTERM, stop);
        using PosixSignalRegistration interrupt = OnSignal(PosixSignal.SIGINT, stop);
        await installer.RunAsync(stop.Token).ConfigureAwait(false);
        return 0;
    }

    private static CniInstaller Installer()
    {
        string Env(string name, string fallback) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : fallback;
        return new CniInstaller(
            Env("MOUNTED_CNI_BIN_DIR", "/host/opt/cni/bin"),
            Env("MOUNTED_CNI_NET_DIR", "/host/etc/cni/net.d"),
            Env("CNI_CONF_NAME", ""),
            Env("EXCLUDE_NAMESPACES", "kube-system").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            line => Console.Error.WriteLine($"install-cni: {line}"));
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stop) =>
        PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
}
