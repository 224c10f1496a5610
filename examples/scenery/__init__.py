"""The parts that ``draw_scene.py`` composes, from the far sky to the near grass."""
