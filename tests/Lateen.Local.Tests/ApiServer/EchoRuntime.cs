namespace Lateen.Local.Tests.ApiServer;

using System.Text;
using Lateen.Local.Cluster;

/// <summary>A runtime whose containers know two commands: cat, and one that fails with 7.</summary>
internal sealed class EchoRuntime : IPodRuntime
{
    public async Task ReadLogAsync(PodLogRequest request, Stream output, CancellationToken cancel)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes($"log of {request.Pod}/{request.Container}\n"), cancel);
    }

    public async Task<int> ExecAsync(PodExecRequest request, CancellationToken cancel)
    {
        if (request.Command is not ["cat"] || request.Input is null)
        {
            return 7;
        }

        byte[] buffer = new byte[1024];
        int read;
        while ((read = await request.Input.ReadAsync(buffer, cancel)) > 0)
        {
            await request.Output(buffer.AsMemory(0, read), cancel);
        }

        return 0;
    }

    public Task<Stream> ConnectAsync(string ns, string pod, int port, CancellationToken cancel)
    {
        throw new IOException("connection refused");
    }
}
