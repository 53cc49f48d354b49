namespace Lateen.Fuzz;

using System.Diagnostics;

/// <summary>Feeds one target mutated inputs until its time is over or something does not hold.</summary>
internal sealed class Fuzzer(FuzzTarget target, ulong seed, string folder)
{
    private const int MaxCorpus = 2_000;
    private const int MaxSeedBytes = 16 * 1024;

    // An input that takes this long is a hang, whatever it does.
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(10);

    private readonly FuzzRandom _random = new(seed);
    private volatile byte[]? _current;
    private long _startedAt;

    public long Inputs { get; private set; }

    public int Outcomes { get; private set; }

    /// <summary>Null when everything held; otherwise what did not, and where the input is.</summary>
    public string? Run(TimeSpan time)
    {
        var corpus = new List<byte[]>(target.Seeds);
        var outcomes = new HashSet<string>();
        var mutator = new Mutator(_random, target.Tokens);
        long start = Stopwatch.GetTimestamp();
        using var watch = new Timer(_ => CheckHang(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        // Whatever the time, every seed is run as it is.
        for (int i = 0; i < target.Seeds.Count || Stopwatch.GetElapsedTime(start) < time; i++)
        {
            byte[] input = i < target.Seeds.Count ? target.Seeds[i] : mutator.Mutate(corpus);
            if (TryRun(input, out string outcome) is { } finding)
            {
                return finding;
            }

            Inputs++;
            if (outcomes.Add(outcome) && corpus.Count < MaxCorpus && input.Length <= MaxSeedBytes)
            {
                corpus.Add(input);
            }
        }

        Outcomes = outcomes.Count;
        return null;
    }

    /// <summary>Runs a saved input alone.</summary>
    public string? Replay(byte[] input) => TryRun(input, out _);

    private string? TryRun(byte[] input, out string outcome)
    {
        outcome = "";
        Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
        _current = input;
        try
        {
            outcome = target.Run(input, _random);
            return null;
        }
        catch (Exception e)
        {
            return $"{target.Name}: {Save(input)}\n{e}";
        }
        finally
        {
            _current = null;
        }
    }

    private void CheckHang()
    {
        if (_current is { } input && Stopwatch.GetElapsedTime(Volatile.Read(ref _startedAt)) > HangLimit)
        {
            Console.Error.WriteLine($"fuzz: {target.Name} hangs: {Save(input)}");
            Environment.Exit(1);
        }
    }

    private string Save(byte[] input)
    {
        Directory.CreateDirectory(folder);
        string name = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(input))[..12].ToLowerInvariant();
        string file = Path.Combine(folder, $"{target.Name}-{name}");
        File.WriteAllBytes(file, input);
        return file;
    }
}
