namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Diagnostics;
using Lateen.CommandLine.Cluster;

/// <summary>lateen doctor: checks what the local cluster needs, a line each with the fix. Exit code 1 when something is missing.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "check what the local cluster needs on this machine");
        command.SetAction(_ =>
        {
            bool good = true;
            foreach ((string what, bool ok, string fix) in Checks())
            {
                Console.WriteLine(ok ? $"  ok       {what}" : $"  missing  {what}: {fix}");
                good &= ok;
            }

            return good ? 0 : 1;
        });
        return command;
    }

    private static IEnumerable<(string What, bool Ok, string Fix)> Checks()
    {
        yield return ("root", Environment.IsPrivilegedProcess, "run lateen with sudo; a mode without root is planned");
        foreach ((string tool, string package) in new[]
        {
            ("ip", "iproute2"), ("iptables", "iptables"), ("iptables-restore", "iptables"),
            ("unshare", "util-linux"), ("nsenter", "util-linux"), ("setpriv", "util-linux"),
        })
        {
            yield return (tool, Succeeds("sh", "-c", $"command -v {tool}"), $"apt-get install {package}");
        }

        yield return ("network namespaces", Succeeds("unshare", "--net", "--mount", "--pid", "--fork", "true"),
            "the kernel or a container profile forbids unshare(2); run outside the container or allow CAP_SYS_ADMIN");
        yield return ("NAT in a network namespace", Succeeds("unshare", "--net", "--", "iptables", "-t", "nat", "-S"),
            "the kernel lacks the nat table; load ip_tables and iptable_nat (or nf_tables) on the host");
        foreach (string program in new[] { "lateend", "lateen-proxy", "lateen-samples" })
        {
            yield return (program, File.Exists(Installation.Program(program)), "run `make build` in the working copy");
        }

        yield return ("kubectl (optional)", Succeeds("sh", "-c", "command -v kubectl"), "any version from 1.27 to 1.35 works");
    }

    private static bool Succeeds(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process? process = Process.Start(start);
            process?.WaitForExit();
            return process?.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
