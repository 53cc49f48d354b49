namespace Lateen.Samples.Tools;

/// <summary>Says which version and which pod answered.</summary>
internal static class HelloWorld
{
    private static readonly string Greeting =
        $"Hello version: {Settings.Text("SERVICE_VERSION", "unknown")}, instance: {Settings.Instance}\n";

    public static Task<int> RunAsync(string[] args) => SampleServer.RunAsync("helloworld", Settings.Port(args, 5000), context =>
        context.Request.Path.Value switch
        {
            "/hello" => SampleServer.WriteAsync(context, 200, "text/html; charset=utf-8", Greeting),
            "/health" => SampleServer.WriteAsync(context, 200, "text/html; charset=utf-8", "Helloworld is healthy"),
            _ => SampleServer.NotFoundAsync(context),
        });
}
