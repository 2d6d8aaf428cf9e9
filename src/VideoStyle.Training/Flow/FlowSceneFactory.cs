namespace VideoStyle.Training.Flow;

/// <summary>Draws scenes: flat layers, a camera that moves over ground, and large objects that cross.</summary>
/// <param name="textures">The photos, at least one.</param>
/// <param name="width">Width of the frames in pixels.</param>
/// <param name="height">Height of the frames in pixels.</param>
/// <param name="maxMotionPx">The largest translation drawn for a layer, in pixels. Half of them are below the twentieth part of it.</param>
/// <param name="seed">The seed of the shapes.</param>
internal sealed class FlowSceneFactory(IReadOnlyList<Texture> textures, int width, int height, double maxMotionPx, long seed)
{
    private const int Shapes = 512;
    private const double MinMotionPx = 0.2;
    private const double StillShare = 0.06;
    private const double CameraShare = 0.25;
    private const double CrossingShare = 0.12;
    private const double NearGround = 3; // distance of the ground at the lower edge, in heights of the camera

    private readonly Lazy<LayerShape>[] _shapes =
        [.. Enumerable.Range(0, Shapes).Select(i => new Lazy<LayerShape>(() => LayerShape.Draw(new CounterRandom(seed, i, "shape"))))];

    /// <summary>Draws a scene.</summary>
    internal FlowScene Draw(CounterRandom random)
    {
        var kind = random.NextDouble();
        var layers = kind < CameraShare ? CameraLayers(random)
            : kind < CameraShare + CrossingShare ? CrossingLayers(random)
            : FlatLayers(random, still: kind > 1 - StillShare);
        return new FlowScene(layers, width, height);
    }

    private List<SceneLayer> FlatLayers(CounterRandom random, bool still)
    {
        var camera = still || random.NextDouble() < 0.15 ? (X: 0.0, Y: 0.0) : Step(random);
        var strength = still ? 0 : 1.5 * Math.Exp(random.Uniform(-3, 0));
        var turning = !still && random.NextDouble() < 0.3;
        var motion = Move(random, (width / 2 + random.Normal(0, 60), height / 2 + random.Normal(0, 60)), camera, turning ? 1.7 : strength, random.NextDouble() < 0.6 ? 0.7 * strength : 0);
        var layers = new List<SceneLayer> { Surface(random, motion) };
        for (var count = 2 + random.Below(5); count > 0; count--)
        {
            var own = random.NextDouble() < 0.85 && !still ? Step(random) : (X: 0.0, Y: 0.0);
            var share = random.NextDouble() < 0.7 ? 1 : random.Uniform(0, 1.2);
            var z = still ? 0 : 1.8 * Math.Exp(random.Uniform(-3, 0));
            var size = Math.Exp(random.Uniform(Math.Log(0.1 * width), Math.Log(0.8 * width)));
            layers.Add(Object(random, size, Limit((camera.X * share + own.X, camera.Y * share + own.Y)), z, random.NextDouble() < 0.5 ? 0.8 * z : 0));
        }

        return layers;
    }

    /// <summary>Several large objects that move fast and in different directions.</summary>
    private List<SceneLayer> CrossingLayers(CounterRandom random)
    {
        var layers = new List<SceneLayer> { Surface(random, Move(random, (width / 2, height / 2), random.NextDouble() < 0.5 ? (0, 0) : Step(random), 0.3, 0)) };
        for (var count = 2 + random.Below(3); count > 0; count--)
        {
            var (speed, angle) = (random.Uniform(0.2, 0.9) * maxMotionPx, random.Uniform(0, 2 * Math.PI));
            var size = random.Uniform(0.35, 0.9) * width;
            layers.Add(Object(random, size, (speed * Math.Cos(angle), 0.5 * speed * Math.Sin(angle)), Math.Exp(random.Uniform(-3, 0)), random.NextDouble() < 0.4 ? 0.5 : 0));
        }

        return layers;
    }

    /// <summary>A wall, ground below it and upright planes before it, under a camera that moves and turns.</summary>
    private List<SceneLayer> CameraLayers(CounterRandom random)
    {
        var focal = width * random.Uniform(0.8, 1.6);
        var (cx, cy) = (width / 2.0, height * random.Uniform(0.3, 0.6));
        var wall = random.Uniform(5, 16);
        var (speed, angle) = (Magnitude(random) * NearGround / focal, random.Uniform(0, 2 * Math.PI));
        var (tx, ty, tz) = (speed * Math.Cos(angle), 0.15 * speed * random.Normal(0, 1), Math.Min(speed * Math.Sin(angle), 1.2));
        var turn = random.NextDouble() < 0.6 ? Magnitude(random) / 3 / focal : 0;
        var (yaw, pitch, roll) = (turn * random.Normal(0, 1), 0.5 * turn * random.Normal(0, 1), random.NextDouble() < 0.3 ? random.Normal(0, 0.02) : 0);

        // An upright plane and the ground, from their own coordinates to the frame.
        Projection Upright(double depth, double time) => Camera(time).After(new(1, 0, -tx * time, 0, 1, -ty * time, 0, 0, depth - tz * time));
        Projection Ground(double time) => Camera(time).After(new(1, 0, -tx * time, 0, 0, 1 - ty * time, 0, 1, -tz * time));
        Projection Camera(double time)
        {
            var (y, p) = (yaw * time, pitch * time);
            Projection turned = new(Math.Cos(y), 0, Math.Sin(y), 0, 1, 0, -Math.Sin(y), 0, Math.Cos(y));
            Projection tilted = new(1, 0, 0, 0, Math.Cos(p), -Math.Sin(p), 0, Math.Sin(p), Math.Cos(p));
            return new Projection(focal, 0, cx, 0, focal, cy, 0, 0, 1).After(Projection.Rotation(roll * time, 1)).After(tilted).After(turned);
        }

        var (backWall, backGround) = (Upright(wall, 0).Inverse(), Ground(0).Inverse());
        var layers = new List<SceneLayer> { Surface(random, new(t => Upright(wall, t).After(backWall), [])) };
        var density = Math.Exp(random.Uniform(Math.Log(60), Math.Log(300)));
        var isDim = random.NextDouble() < 0.5;
        layers.Add(Surface(
            random,
            new(t => Ground(t).After(backGround), []),
            Projection.Rotation(random.Uniform(0, 6.28), density).After(backGround),
            top: cy + focal / wall * random.Uniform(0.7, 1),
            dim: isDim,
            repeated: isDim && random.NextDouble() < 0.5 ? 30 * Math.Exp(random.Uniform(0, 1.4)) : null));
        for (var count = random.Below(5); count > 0; count--)
        {
            var depth = random.Uniform(1.5 + Math.Max(0, tz), wall);
            var back = Upright(depth, 0).Inverse();
            var own = random.NextDouble() < 0.3 ? Step(random) : (X: 0.0, Y: 0.0);
            var size = focal / depth * Math.Exp(random.Uniform(-1, 0.7));
            layers.Add(Object(random, size, new LayerMotion(t => Projection.Shift(own.X * t, own.Y * t).After(Upright(depth, t)).After(back), []), Place(random)));
        }

        return layers;
    }

    private SceneLayer Object(CounterRandom random, double size, (double X, double Y) translation, double strength, double bend)
    {
        var centre = Place(random);
        return Object(random, size, Move(random, centre, translation, strength, bend), centre);
    }

    private SceneLayer Object(CounterRandom random, double size, LayerMotion motion, (double X, double Y) centre)
    {
        var (scale, aspect) = (LayerShape.Side / size, Math.Exp(random.Uniform(-0.5, 0.5)));
        var place = Projection.Shift(LayerShape.Side / 2.0, LayerShape.Side / 2.0)
            .After(Projection.Linear(aspect, 0, 0, 1 / aspect))
            .After(Projection.Rotation(random.Uniform(0, 2 * Math.PI), scale))
            .After(Projection.Shift(-centre.X, -centre.Y));
        return Surface(random, motion, shape: _shapes[random.Below(Shapes)].Value, toShape: place);
    }

    private SceneLayer Surface(
        CounterRandom random,
        LayerMotion motion,
        Projection? toTexture = null,
        double top = double.NegativeInfinity,
        bool dim = false,
        double? repeated = null,
        LayerShape? shape = null,
        Projection? toShape = null
    )
    {
        var texture = textures[random.Below(textures.Count)];
        var cover = Math.Min((double)texture.Width / width, (double)texture.Height / height);
        var scale = cover / (1.15 * Math.Exp(random.Uniform(-0.5, 0.35)));
        var angle = random.NextDouble() < 0.6 ? random.Normal(0, 0.3) : random.Uniform(0, 2 * Math.PI);
        var place = toTexture ?? Projection.Shift(texture.Width * random.Uniform(0.35, 0.65), texture.Height * random.Uniform(0.35, 0.65))
            .After(Projection.Rotation(angle, scale))
            .After(Projection.Linear(random.NextDouble() < 0.5 ? -1 : 1, 0, 0, 1))
            .After(Projection.Shift(-width / 2.0, -height / 2.0));
        repeated ??= random.NextDouble() < 0.06 ? random.Uniform(16, 80) * scale : null;
        var tone = random.NextDouble();
        var (gain, bias) = dim || tone < 0.1 ? (random.Uniform(0.05, 0.3), random.Uniform(5, 40))
            : tone < 0.35 ? (random.Uniform(0.3, 1), random.Uniform(0, 120))
            : (1, 0);
        return new SceneLayer
        {
            Texture = texture,
            ToTexture = place,
            Motion = motion,
            Shape = shape,
            ToShape = toShape ?? Projection.Identity,
            Top = top,
            Period = repeated ?? double.PositiveInfinity,
            Softness = random.NextDouble() < 0.12 ? 1 + random.Below(3) : 0,
            Gain = (float)gain,
            Bias = (float)bias,
        };
    }

    /// <summary>Translation, rotation, zoom, perspective and shear around a centre, and waves.</summary>
    private static LayerMotion Move(CounterRandom random, (double X, double Y) centre, (double X, double Y) translation, double strength, double bend)
    {
        var (rotation, zoom) = (random.Normal(0, 0.07 * strength), random.Normal(0, 0.06 * strength));
        var (px, py) = (random.Normal(0, 2e-4 * strength), random.Normal(0, 2e-4 * strength));
        var sheared = random.NextDouble() < 0.3 ? 0.04 * strength : 0;
        var (sa, sb, sd, se) = (random.Normal(0, sheared), random.Normal(0, sheared), random.Normal(0, sheared), random.Normal(0, sheared));
        return new LayerMotion(
            time => Projection.Shift(centre.X + translation.X * time, centre.Y + translation.Y * time)
                .After(Projection.Rotation(rotation * time, Math.Exp(zoom * time)))
                .After(new(1, 0, 0, 0, 1, 0, px * time, py * time, 1))
                .After(Projection.Linear(1 + sa * time, sb * time, sd * time, 1 + se * time))
                .After(Projection.Shift(-centre.X, -centre.Y)),
            Waves(random, bend));
    }

    private static List<MotionWave> Waves(CounterRandom random, double bend)
    {
        var (waves, left) = (new List<MotionWave>(), LayerMotion.MaxSlope);
        for (var count = bend > 0 ? 1 + random.Below(3) : 0; count > 0; count--)
        {
            var frequency = 2 * Math.PI / Math.Exp(random.Uniform(Math.Log(50), Math.Log(400)));
            var slope = Math.Min(left, bend * random.Uniform(0.05, 0.3));
            var (along, across) = (random.Uniform(0, 2 * Math.PI), random.Uniform(0, 2 * Math.PI));
            var amplitude = slope / frequency;
            waves.Add(new(amplitude * Math.Cos(across), amplitude * Math.Sin(across), frequency * Math.Cos(along), frequency * Math.Sin(along), random.Uniform(0, 2 * Math.PI)));
            left -= slope;
        }

        return waves;
    }

    private (double X, double Y) Place(CounterRandom random) => (random.Uniform(-0.05, 1.05) * width, random.Uniform(-0.05, 1.05) * height);

    /// <summary>A heavy-tailed length: its logarithm is uniform.</summary>
    private double Magnitude(CounterRandom random) => Math.Exp(random.Uniform(Math.Log(MinMotionPx), Math.Log(maxMotionPx)));

    private (double X, double Y) Step(CounterRandom random)
    {
        var (size, angle) = (Magnitude(random), random.Uniform(0, 2 * Math.PI));
        return (size * Math.Cos(angle), size * Math.Sin(angle) * (random.NextDouble() < 0.5 ? 1 : 0.5));
    }

    private (double X, double Y) Limit((double X, double Y) motion)
    {
        var shorten = Math.Min(1, maxMotionPx / Math.Max(1e-6, Math.Sqrt(motion.X * motion.X + motion.Y * motion.Y)));
        return (motion.X * shorten, motion.Y * shorten);
    }
}
