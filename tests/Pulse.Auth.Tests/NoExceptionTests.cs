using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static Pulse.Auth.Tests.TokenForge;

namespace Pulse.Auth.Tests;

/// <summary>Refusing costs no exception, not even one that is caught: an attacker sends more bad tokens than users good ones.</summary>
public sealed class NoExceptionTests : IDisposable
{
    [ThreadStatic]
    private static bool s_watched;

    private readonly ConcurrentQueue<Exception> _thrown = new();
    private readonly TestValidator _validator = new(algorithms: PulseJwtAlgorithms.RS256 | PulseJwtAlgorithms.ES256);

    public NoExceptionTests()
    {
        _validator.Documents.Jwks = TestKeys.Set(TestKeys.Jwk(TestKeys.Rsa), TestKeys.Jwk(TestKeys.P256, "ec", "P-256"));
        AppDomain.CurrentDomain.FirstChanceException += Note;
    }

    public void Dispose() => AppDomain.CurrentDomain.FirstChanceException -= Note;

    [Fact]
    public void A_caught_exception_would_be_noticed()
    {
        Watch(() => Assert.False(Swallows()));

        Assert.IsType<FormatException>(Assert.Single(_thrown));
    }

    [Theory]
    [InlineData("empty", PulseTokenFailure.NotCompact)]
    [InlineData("no token", PulseTokenFailure.NotCompact)]
    [InlineData("padding", PulseTokenFailure.NotCompact)]
    [InlineData("too large", PulseTokenFailure.TooLarge)]
    [InlineData("header no JSON", PulseTokenFailure.HeaderInvalid)]
    [InlineData("header no UTF-8", PulseTokenFailure.HeaderInvalid)]
    [InlineData("extension", PulseTokenFailure.HeaderExtension)]
    [InlineData("none", PulseTokenFailure.AlgorithmNotAllowed)]
    [InlineData("key identifier", PulseTokenFailure.KeyIdInvalid)]
    [InlineData("payload no JSON", PulseTokenFailure.PayloadInvalid)]
    [InlineData("lone surrogate", PulseTokenFailure.PayloadInvalid)]
    [InlineData("too deep", PulseTokenFailure.PayloadInvalid)]
    [InlineData("time as text", PulseTokenFailure.ClaimInvalid)]
    [InlineData("time too large", PulseTokenFailure.LifetimeInvalid)]
    [InlineData("expired", PulseTokenFailure.Expired)]
    [InlineData("issuer", PulseTokenFailure.IssuerUnknown)]
    [InlineData("audience", PulseTokenFailure.AudienceMismatch)]
    [InlineData("type", PulseTokenFailure.TypeNotAllowed)]
    [InlineData("tenant", PulseTokenFailure.TenantInvalid)]
    [InlineData("two tenants", PulseTokenFailure.TenantAmbiguous)]
    [InlineData("roles", PulseTokenFailure.RolesInvalid)]
    [InlineData("proof", PulseTokenFailure.ProofRequired)]
    [InlineData("other key type", PulseTokenFailure.KeyMismatch)]
    [InlineData("forged", PulseTokenFailure.SignatureInvalid)]
    [InlineData("forged curve", PulseTokenFailure.SignatureInvalid)]
    [InlineData("psychic", PulseTokenFailure.SignatureInvalid)]
    [InlineData("unknown key", PulseTokenFailure.KeyUnknown)]
    public async Task A_refusal_throws_nothing(string what, PulseTokenFailure expected)
    {
        var token = Make(what);

        // Keys are at hand, and an unknown one has been looked for: nothing waits, so all happens on this thread.
        await _validator.ValidateAsync(Token());
        await _validator.ValidateAsync(token);
        _thrown.Clear();

        Assert.Equal(expected, FailureAtOnce(token));
        Assert.Empty(_thrown);
    }

    [Fact]
    public async Task Keys_that_are_unavailable_throw_nothing_while_the_pause_lasts()
    {
        _validator.Documents.Problem = KeySetProblem.Unreachable;
        await _validator.ValidateAsync(Token());

        Assert.Equal(PulseTokenFailure.KeysUnavailable, FailureAtOnce(Token()));
        Assert.Empty(_thrown);
    }

    private static string Make(string what) => what switch
    {
        "empty" => "",
        "no token" => "a.b.c",
        "padding" => Token() + "==",
        "too large" => new string('a', 8_193),
        "header no JSON" => Sign(Payload(), "x"),
        "header no UTF-8" => $"_w.{Encode(Payload())}.{TestKeys.Url([1])}",
        "extension" => Sign(Payload(), """{"alg":"RS256","typ":"JWT","kid":"rsa","crit":["exp"]}"""),
        "none" => Sign(Payload(), """{"alg":"none","typ":"JWT","kid":"rsa"}"""),
        "key identifier" => Sign(Payload(), """{"alg":"RS256","typ":"JWT","kid":"a b"}"""),
        "payload no JSON" => Sign("{"),
        "lone surrogate" => Token(("x", "\"\\ud800\"")),
        "too deep" => Token(("x", new string('[', 16) + new string(']', 16))),
        "time as text" => Token(("exp", "\"1\"")),
        "time too large" => Token(("exp", "9223372036854775807")),
        "expired" => Token(("exp", $"{Seconds(-31)}")),
        "issuer" => Token(("iss", "\"https://evil.example\"")),
        "audience" => Token(("aud", "[]")),
        "type" => Token(("typ", "\"ID\"")),
        "tenant" => Token(("tenant_id", "[]")),
        "two tenants" => Token(("organization", "[\"a\",\"b\"]")),
        "roles" => Token(("realm_access", "[]")),
        "proof" => Token(("cnf", "{\"jkt\":\"x\"}")),
        "other key type" => Sign(Payload(), """{"alg":"RS256","typ":"JWT","kid":"ec"}"""),
        "forged" => Token()[..^8] + "AAAAAAAA",
        "forged curve" => Sign(Payload(), """{"alg":"ES256","typ":"JWT","kid":"ec"}""", input => Es256([.. input, 0])),
        "psychic" => Sign(Payload(), """{"alg":"ES256","typ":"JWT","kid":"ec"}""", _ => new byte[64]),
        "unknown key" => Sign(Payload(), """{"alg":"RS256","typ":"JWT","kid":"nobody"}"""),
        _ => throw new ArgumentOutOfRangeException(nameof(what), what, "No such token."),
    };

    private PulseTokenFailure FailureAtOnce(string token)
    {
        var failure = PulseTokenFailure.None;
        Watch(() =>
        {
            var answer = _validator.ValidateAsync(token);
            Assert.True(answer.IsCompletedSuccessfully);
            failure = answer.Result.Failure;
        });
        return failure;
    }

    private static bool Swallows()
    {
        try
        {
            throw new FormatException("noticed");
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static void Watch(Action action)
    {
        s_watched = true;
        try
        {
            action();
        }
        finally
        {
            s_watched = false;
        }
    }

    private void Note(object? sender, FirstChanceExceptionEventArgs e)
    {
        // The event is raised on the thread that throws; other tests throw on theirs.
        if (s_watched)
        {
            _thrown.Enqueue(e.Exception);
        }
    }
}
