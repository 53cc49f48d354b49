namespace Lateen.Samples.Fortio;

/// <summary>The commands of fortio that Istio's tasks use: load, curl, server, version.</summary>
internal static class FortioCommand
{
    public const string Version = "0.1.0-lateen";

    public static async Task<int> RunAsync(string[] args)
    {
        string command = args.FirstOrDefault() ?? "";
        if (command is "help" or "-h" or "--help" or "")
        {
            await (command.Length == 0 ? Console.Error : Console.Out).WriteLineAsync(Usage);
            return command.Length == 0 ? 1 : 0;
        }

        if (FortioOptions.Parse([.. args.Skip(1)], out string error) is not { } options)
        {
            return await FailAsync(error);
        }

        switch (command)
        {
            case "load" when options.Url is { } url:
                return await FortioLoad.RunAsync(options, url);
            case "curl" when options.Url is { } url:
                return await CurlAsync(options, url);
            case "load" or "curl":
                return await FailAsync("the URL is missing");
            case "server":
                return await FortioServer.RunAsync([options.HttpPort]);
            case "version" or "buildinfo":
                Console.WriteLine(Version);
                return 0;
            default:
                return await FailAsync($"there is no command '{command}' here");
        }
    }

    private const string Usage = """
        usage: fortio COMMAND [FLAGS] [URL]
          load     call the URL: -c 4 connections, -qps 8 (0: as fast as answers come), -n calls or -t 5s, -H 'name: value', -timeout 3s,
                   -quiet, -loglevel LEVEL, -allow-initial-errors, -keepalive=false, -uniform, -p 50,75,90,99,99.9, -json FILE, -X, -payload
          curl     call the URL once and print the answer
          server   /echo?status=503:50&delay=1s&size=100 and /debug on port 8080 (-http-port)
          version
        """;

    private static async Task<int> CurlAsync(FortioOptions options, Uri url)
    {
        using HttpConnection connection = new(options, url);
        HttpAnswer answer = await connection.CallAsync();
        if (answer.Failure is { } failure)
        {
            await Console.Error.WriteLineAsync($"{url}: {failure}");
            return 1;
        }

        await using Stream output = Console.OpenStandardOutput();
        await output.WriteAsync(connection.Received);
        return answer.Ok ? 0 : 1;
    }

    private static async Task<int> FailAsync(string error)
    {
        await Console.Error.WriteLineAsync($"fortio: {error}\n{Usage}");
        return 1;
    }
}
