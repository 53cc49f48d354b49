namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Diagnostics;
using System.Net;
using Lateen.CommandLine.Cluster;
using Lateen.Kubernetes;
using Lateen.Local.Launcher;

/// <summary>lateen demo: a mesh with bookinfo in it, its page behind the gateway, and steady traffic.</summary>
internal static class DemoCommand
{
    private static readonly string[] Deployments = ["details-v1", "productpage-v1", "ratings-v1", "reviews-v1", "reviews-v2", "reviews-v3"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static Command Create()
    {
        var options = new UpOptions();
        var command = new Command("demo", "bookinfo in a mesh on this machine, with steady traffic");
        options.AddTo(command);
        command.SetAction((parsed, cancel) => Opening.RunAsync(parsed, options, opening => ServeAsync(opening, cancel), cancel));
        return command;
    }

    private static async Task<int> ServeAsync(Opening opening, CancellationToken cancel)
    {
        await opening.Installer.InstallAsync(cancel);
        await DeployAsync(opening.Api, opening.Progress, cancel);
        Uri ingress = await opening.Installer.IngressAsync(cancel)
            ?? throw new CommandFailure("the ingress gateway has no address; see `kubectl get service -A`");
        var page = new Uri(ingress, "productpage");
        await opening.Progress.StepAsync("first page", () => FetchAsync(page, cancel));
        Print(opening.Launcher, page, opening.Elapsed);
        if (opening.Detach)
        {
            return 0;
        }

        using Process traffic = StartTraffic(page);
        int code = await opening.Running;
        StopTraffic(traffic);
        return code;
    }

    private static async Task DeployAsync(KubeApi api, Progress progress, CancellationToken cancel)
    {
        var applier = new Applier(api);
        await applier.ApplyAsync("""
            apiVersion: v1
            kind: Namespace
            metadata:
              name: default
              labels: {istio-injection: enabled}
            """, "default", cancel);
        await applier.ApplyAsync(Resources.Read("samples/bookinfo.yaml"), "default", cancel);
        await applier.ApplyAsync(Resources.Read("samples/bookinfo-gateway.yaml"), "default", cancel);
        await progress.StepAsync("bookinfo", async () =>
        {
            foreach (string deployment in Deployments)
            {
                await applier.WaitAvailableAsync("default", deployment, Patience, cancel);
            }
        });
    }

    // The page counts as shown only when every part of it answered.
    private static async Task FetchAsync(Uri page, CancellationToken cancel)
    {
        using var client = new HttpClient();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        string last = "";
        try
        {
            do
            {
                try
                {
                    using HttpResponseMessage response = await client.GetAsync(page, deadline.Token);
                    last = $"{(int)response.StatusCode}";
                    string html = await response.Content.ReadAsStringAsync(deadline.Token);
                    if (response.StatusCode == HttpStatusCode.OK && !html.Contains("currently unavailable", StringComparison.Ordinal))
                    {
                        return;
                    }
                }
                catch (HttpRequestException e)
                {
                    last = e.Message;
                }
            }
            while (await timer.WaitForNextTickAsync(deadline.Token));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new CommandFailure(
                $"{page} does not show the whole page (last answer: {last}); see `lateen logs istio-ingressgateway` and `lateen proxy-status`");
        }
    }

    // Ends with this process's terminal; twice a second is enough for metrics to move.
    private static Process StartTraffic(Uri page)
    {
        var start = new ProcessStartInfo(Installation.Program("lateen-samples")) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "load", "-qps", "2", "-duration", "24h", page.ToString() })
        {
            start.ArgumentList.Add(argument);
        }

        Process traffic = Process.Start(start) ?? throw new CommandFailure("lateen-samples did not start");
        traffic.OutputDataReceived += static (_, _) => { };
        traffic.ErrorDataReceived += static (_, _) => { };
        traffic.BeginOutputReadLine();
        traffic.BeginErrorReadLine();
        return traffic;
    }

    private static void StopTraffic(Process traffic)
    {
        if (!traffic.HasExited)
        {
            traffic.Kill();
            traffic.WaitForExit();
        }
    }

    private static void Print(LauncherOptions launcher, Uri page, TimeSpan took)
    {
        Console.WriteLine();
        Console.WriteLine($"  bookinfo is served after {took.TotalSeconds:F1} s");
        Console.WriteLine();
        Console.WriteLine($"  page      {page}");
        Summary.Print(launcher, new Uri(page, "/"));
        Console.WriteLine();
        Console.WriteLine("  Three things to try (after the export above; run them from the working copy):");
        Console.WriteLine("  1. Send half of the traffic to the red stars of reviews v3, and reload the page:");
        Console.WriteLine("       kubectl apply -f samples/bookinfo/networking/destination-rule-all.yaml");
        Console.WriteLine("       kubectl apply -f samples/bookinfo/networking/virtual-service-all-v1.yaml");
        Console.WriteLine("       kubectl apply -f samples/bookinfo/networking/virtual-service-reviews-50-v3.yaml");
        Console.WriteLine("  2. Break the ratings for one user, sign in as jason, and see who notices:");
        Console.WriteLine("       kubectl apply -f samples/bookinfo/networking/virtual-service-reviews-test-v2.yaml");
        Console.WriteLine("       kubectl apply -f samples/bookinfo/networking/virtual-service-ratings-test-abort.yaml");
        Console.WriteLine("  3. See what a sidecar was told and what it did:");
        Console.WriteLine("       ./lateen proxy-config route deploy/productpage-v1");
        Console.WriteLine("       kubectl logs deploy/productpage-v1 -c istio-proxy --tail=5");
        Console.WriteLine();
    }
}
